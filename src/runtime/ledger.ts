import { Checkpoint } from '../model/checkpoint.ts';
import type { Conflict, Resolution } from '../model/conflict.ts';
import type { Decision } from '../model/decision.ts';
import type { PlanEvent } from '../model/event.ts';
import type { FailurePattern } from '../model/pattern.ts';
import type { PlanRecord } from '../model/plan.ts';
import { callsBy, positionOf, type Rollback, undoneBy } from '../model/rollbacks.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Store } from '../ports/store.ts';
import { withGroup } from './group.ts';
import { keys } from './keys.ts';

/** Everything that can be read back about plans. Reads the store only, so it answers with or without a running system. */
export interface PlanLedger extends Ledger {
  record(planId: string): Promise<PlanRecord | undefined>;
  records(): Promise<PlanRecord[]>;
  conflicts(planId: string): Promise<(Conflict & { resolution: Resolution | null })[]>;
  checkpoints(planId: string): Promise<Checkpoint[]>;
  journal(planId: string, after?: string): Promise<PlanEvent[]>;
  rollbacks(planId: string): Promise<Rollback[]>;
  /** The place of a plan's first fact among all facts. */
  bornAt(planId: string): Promise<number>;
}

export function ledgerOf(store: Store): PlanLedger {
  async function values<Value>(prefix: string, after?: string): Promise<Value[]> {
    const found: Value[] = [];
    for await (const [, value] of store.entries(prefix, after === undefined ? {} : { after }))
      found.push(value as Value);
    return found;
  }

  return {
    async decisions(planId, { superseded = false } = {}) {
      const recorded = await values<Decision>(keys.decisions(planId));
      const marked = withReversions(withRollbacks(recorded, await values<Rollback>(keys.rollbacks(planId))));
      return superseded ? marked : marked.filter(decision => decision.supersededBy === null);
    },
    rollbacks: planId => values<Rollback>(keys.rollbacks(planId)),
    async bornAt(planId) {
      for await (const [, fact] of store.entries(keys.journal(planId))) return positionOf(fact as PlanEvent);
      return 0;
    },
    calls: async (planId, position) => callsBy(await values<PlanEvent>(keys.journal(planId)), position),
    standingInvariants: () => Promise.resolve([]),
    patterns: () => values<FailurePattern>(keys.patterns),
    async record(planId) {
      const record = (await store.get(keys.plan(planId))) as PlanRecord | undefined;
      const reason = (await store.get(keys.withdrawn(planId))) as string | undefined;
      return record && withGroup(store, withdrawn(record, reason));
    },
    async records() {
      const reasons = new Map<string, string>();
      for await (const [key, reason] of store.entries(keys.allWithdrawn))
        reasons.set(key.slice(keys.allWithdrawn.length), reason as string);
      const records = await values<PlanRecord>(keys.plans);
      return Promise.all(records.map(record => withGroup(store, withdrawn(record, reasons.get(record.planId)))));
    },
    async conflicts(planId) {
      const found = await values<Conflict>(keys.conflicts(planId));
      return Promise.all(
        found.map(async conflict => ({
          ...conflict,
          resolution:
            ((await store.get(keys.resolution(planId, conflict.conflictId))) as Resolution | undefined) ?? null,
        })),
      );
    },
    checkpoints: async planId => (await values<unknown>(keys.checkpoints(planId))).map(row => Checkpoint.parse(row)),
    journal: (planId, after) =>
      values<PlanEvent>(keys.journal(planId), after === undefined ? undefined : keys.fact(planId, after)),
  };
}

/** What was recorded after a checkpoint that the plan was taken back to holds no longer. */
function withRollbacks(decisions: readonly Decision[], rollbacks: readonly Rollback[]): Decision[] {
  return decisions.map(decision => ({
    ...decision,
    supersededBy: decision.supersededBy ?? undoneBy(rollbacks, decision.sequence)?.decisionId ?? null,
  }));
}

/** A reversion supersedes what was decided before it, except the root and what people themselves said. */
function withReversions(decisions: readonly Decision[]): Decision[] {
  const kept = new Set(['prompt_definition', 'user_intervention', 'reversion']);
  let reversion: string | null = null;
  const marked: Decision[] = [];
  for (const decision of [...decisions].reverse()) {
    const supersededBy: string | null = decision.supersededBy ?? (kept.has(decision.type) ? null : reversion);
    marked.push({ ...decision, supersededBy });
    if (decision.type === 'reversion') reversion = decision.decisionId;
  }
  return marked.reverse();
}

/** A child that was cancelled while no actor of it lived: its record says so all the same. */
function withdrawn(record: PlanRecord, reason: string | undefined): PlanRecord {
  if (reason === undefined) return record;
  return { ...record, state: 'cancelled', cancelReason: reason, resting: false, ways: [] };
}
