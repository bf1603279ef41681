import type { ActorSnapshot } from '../../durable/snapshot.ts';
import type { RecordedSession } from '../../model/agent-session.ts';
import type { BudgetUsage } from '../../model/budget.ts';
import type { CheckoutChange } from '../../model/checkout.ts';
import type { StoredContext } from '../../model/checkpoint.ts';
import type { Conflict, Resolution } from '../../model/conflict.ts';
import { type Conflicts, effectiveConflicts } from '../../model/conflict-history.ts';
import type { Correction } from '../../model/correction.ts';
import type { Decision } from '../../model/decision.ts';
import type { PlanEvent } from '../../model/event.ts';
import { effectiveMergedAdjacent, type MergedAdjacent } from '../../model/merged-adjacent.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import type { PlanRecord } from '../../model/plan.ts';
import { primaryProject } from '../../model/primary-project.ts';
import { withHunkResolved } from '../../model/resolution.ts';
import { type Rollback, sequenceOf, workUpTo } from '../../model/rollback-history.ts';
import { markSuperseded, type PlanHistory } from '../../model/supersession.ts';
import { zeroUsage } from '../../model/zero-usage.ts';
import type { GlobalInvariantStore } from '../../ports/global-invariants.ts';
import type { CompletedSubplan, Ledger } from '../../ports/ledger.ts';
import type { Store } from '../../ports/store.ts';
import { readCheckpointState } from './checkpoint-states.ts';
import { keys } from './keys.ts';
import { openPlanIndex, type PlanIndex } from './plan-index.ts';
import { withSubplanStatuses } from './subplan-status-rows.ts';

/** Reads everything stored about plans. Uses the store only, so it works with or without a running system. */
export interface PlanLedger extends Ledger, PlanIndex {
  record(planId: string): Promise<PlanRecord | undefined>;
  /** Returns the records of all plans: what it costs grows with every plan that ever ended. */
  records(): Promise<PlanRecord[]>;
  /** Returns the records of a root plan and its subplans at every depth, in the order of creation. */
  treeRecords(rootPlanId: string): Promise<PlanRecord[]>;
  /** Returns the records of the tree that a plan belongs to; empty for an unknown plan. */
  relatives(planId: string): Promise<PlanRecord[]>;
  /** Returns the conflicts of the plan's present history; the journal has also those that were discarded. */
  conflicts(planId: string): Promise<Conflicts>;
  mergedAdjacent(planId: string): Promise<readonly MergedAdjacent[]>;
  journal(planId: string, after?: string): Promise<PlanEvent[]>;
  /** Returns the machine's state at a checkpoint; null when none is stored. */
  checkpointState(planId: string, checkpointId: string): Promise<ActorSnapshot | null>;
  /** Returns every correction that was carried out, also those rolled back since. */
  corrections(planId: string): Promise<Correction[]>;
  /** Returns the position of a plan's first event among all events. */
  firstSequence(planId: string): Promise<number>;
}

export function openLedger(store: Store, globalInvariants?: Pick<GlobalInvariantStore, 'invariants'>): PlanLedger {
  const values: ReadValues = (prefix, after) => readValues(store, prefix, after);
  const index = openPlanIndex(store);
  const plans = planRecords(store, values, index);
  return {
    ...index,
    ...plans,
    ...decisionHistory(values),
    ...conflictsAndCheckpoints(store, values),
    completedSubplans: async planIds => {
      const records = await Promise.all(planIds.map(plans.record));
      return records.flatMap(found => (found === undefined ? [] : toChildResults(found)));
    },
    approvals: rootId =>
      parsed(values(keys.approvals(rootId)), async () => (await import('../../model/approval.ts')).Approval),
    checkoutChanges: rootId => values<CheckoutChange>(keys.checkoutChanges(rootId)),
    sessions: planId => values<RecordedSession>(keys.sessions(planId)),
    corrections: planId => values<Correction>(keys.corrections(planId)),
    rollbacks: planId => values<Rollback>(keys.rollbacks(planId)),
    async firstSequence(planId) {
      for await (const [, event] of store.entries(keys.journal(planId))) return sequenceOf(event as PlanEvent);
      return 0;
    },
    work: async (planId, position) => workUpTo(await values<PlanEvent>(keys.journal(planId)), position),
    async sharedInvariants() {
      const load = async () => (await import('../../model/invariant.ts')).Invariant;
      const own = await parsed(values(keys.invariants), load);
      return [...own, ...((await globalInvariants?.invariants()) ?? [])];
    },
    async cachedValidation(checked) {
      const { CachedValidation } = await import('../memory/validation-cache.ts');
      return CachedValidation.safeParse(await store.get(keys.validation(checked))).data?.result ?? null;
    },
    async failurePatterns() {
      const { FailurePattern } = await import('../../model/failure-pattern.ts');
      return (await values<unknown>(keys.patterns)).flatMap(row => FailurePattern.safeParse(row).data ?? []);
    },
    journal: (planId, after) =>
      values<PlanEvent>(keys.journal(planId), after === undefined ? undefined : keys.event(planId, after)),
  };
}

/** Reads all values below a prefix, or those after a key. */
type ReadValues = <Value>(prefix: string, after?: string) => Promise<Value[]>;

async function readValues<Value>(store: Store, prefix: string, after?: string): Promise<Value[]> {
  const found: Value[] = [];
  for await (const [, value] of store.entries(prefix, omitUndefined({ after }))) found.push(value as Value);
  return found;
}

/** Loads the schema only if there are rows: building schemas takes longer than most commands need to read a store. */
async function parsed<Value>(
  reading: Promise<unknown[]>,
  load: () => Promise<{ parse(row: unknown): Value }>,
): Promise<Value[]> {
  const rows = await reading;
  if (rows.length === 0) return [];
  const schema = await load();
  return rows.map(row => schema.parse(row));
}

function planRecords(
  store: Store,
  values: ReadValues,
  index: PlanIndex,
): Pick<PlanLedger, 'record' | 'records' | 'treeRecords' | 'relatives'> {
  const record = async (planId: string): Promise<PlanRecord | undefined> => {
    const found = (await store.get(keys.plan(planId))) as PlanRecord | undefined;
    const reason = (await store.get(keys.cancelReason(planId))) as string | undefined;
    const spent = (await store.get(keys.usage(planId))) as BudgetUsage | undefined;
    if (found === undefined) return undefined;
    const changes = await values<CheckoutChange>(keys.checkoutChanges(found.rootPlanId));
    return withSubplanStatuses(store, {
      ...withCancelReason(found, reason),
      spent: spent ?? zeroUsage,
      checkoutChanges: changesOfPlan(found, changes),
    });
  };
  /** In one pass over the ids between the first and the last plan; `changes` are those of all of them. */
  const between = async (
    range: IdRange | null,
    changes: readonly CheckoutChange[],
    isWanted: (planId: string) => boolean = () => true,
  ): Promise<PlanRecord[]> => {
    const rowsOf = <Row>(prefix: string) => rowsBetween<Row>(store, { prefix, range, isWanted });
    const [reasons, spent] = [await rowsOf<string>(keys.cancelReasons), await rowsOf<BudgetUsage>(keys.usages)];
    const records = [...(await rowsOf<PlanRecord>(keys.plans)).values()];
    return Promise.all(
      records.map(found =>
        withSubplanStatuses(store, {
          ...withCancelReason(found, reasons.get(found.planId)),
          spent: spent.get(found.planId) ?? zeroUsage,
          checkoutChanges: changesOfPlan(found, changes),
        }),
      ),
    );
  };
  const treeRecords = async (rootPlanId: string): Promise<PlanRecord[]> => {
    const ids = await index.treeMembers(rootPlanId);
    if (ids.length <= singlyReadMax) return (await Promise.all(ids.map(record))).filter(found => found !== undefined);
    const wanted = new Set(ids);
    const changes = await values<CheckoutChange>(keys.checkoutChanges(rootPlanId));
    return between({ first: ids[0] ?? '', last: ids.at(-1) ?? '' }, changes, planId => wanted.has(planId));
  };
  return {
    record,
    treeRecords,
    records: async () => between(null, await values<CheckoutChange>(keys.allCheckoutChanges)),
    async relatives(planId) {
      const found = (await store.get(keys.plan(planId))) as PlanRecord | undefined;
      return found === undefined ? [] : treeRecords(found.rootPlanId);
    },
  };
}

/** So many records are read one by one; for more, one pass over their ids takes less time. */
const singlyReadMax = 4;

/** Both are included. */
interface IdRange {
  first: string;
  last: string;
}

/** Returns the rows below a prefix by the plan in their key. */
async function rowsBetween<Row>(
  store: Store,
  { prefix, range, isWanted }: { prefix: string; range: IdRange | null; isWanted: (planId: string) => boolean },
): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  // What sorts directly before the first key: `after` is not included.
  const options = range === null ? {} : { after: `${prefix}${range.first.slice(0, -1)}` };
  for await (const [key, row] of store.entries(prefix, options)) {
    const planId = key.slice(prefix.length);
    if (range !== null && planId > range.last) break;
    if (isWanted(planId)) rows.set(planId, row as Row);
  }
  return rows;
}

/** The decisions of a plan, with those that a rollback or a correction superseded. */
function decisionHistory(values: ReadValues): Pick<PlanLedger, 'decisions' | 'decisionsAt'> {
  const loadUndone = async (planId: string): Promise<PlanHistory> => ({
    rollbacks: await values<Rollback>(keys.rollbacks(planId)),
    corrections: await values<Correction>(keys.corrections(planId)),
  });
  return {
    async decisions(planId, { superseded = false } = {}) {
      const marked = markSuperseded(await values<Decision>(keys.decisions(planId)), await loadUndone(planId));
      return superseded ? marked : marked.filter(decision => decision.supersededBy === null);
    },
    async decisionsAt(planId, position) {
      const { rollbacks, corrections } = await loadUndone(planId);
      const recorded = await values<Decision>(keys.decisions(planId));
      const by = <Kept>(kept: readonly Kept[], at: (each: Kept) => number) => kept.filter(each => at(each) <= position);
      const marked = markSuperseded(
        by(recorded, ({ sequence }) => sequence),
        { rollbacks: by(rollbacks, ({ at }) => at), corrections: by(corrections, ({ sequence }) => sequence) },
      );
      return marked.filter(decision => decision.supersededBy === null);
    },
  };
}

function conflictsAndCheckpoints(
  store: Store,
  values: ReadValues,
): Pick<PlanLedger, 'conflicts' | 'mergedAdjacent' | 'checkpoints' | 'checkpointState' | 'checkpointContext'> {
  return {
    async conflicts(planId) {
      const found = await values<Conflict>(keys.conflicts(planId));
      if (found.length > 0 && (await isRestarted(store, planId)))
        return effectiveConflicts(await values<PlanEvent>(keys.journal(planId)));
      return Promise.all(
        found.map(async conflict => {
          const row = await store.get(keys.resolution(planId, conflict.conflictId));
          const resolution = (row as Resolution | undefined) ?? null;
          // Only the resolution contains the choice for the last hunk.
          return { ...(resolution === null ? conflict : withHunkResolved(conflict, resolution)), resolution };
        }),
      );
    },
    mergedAdjacent: async planId => effectiveMergedAdjacent(await values<PlanEvent>(keys.journal(planId))),
    checkpoints: planId =>
      parsed(values(keys.checkpoints(planId)), async () => (await import('../../model/checkpoint.ts')).Checkpoint),
    checkpointState: (planId, checkpointId) => readCheckpointState(store, planId, checkpointId),
    async checkpointContext(planId, checkpointId) {
      const state = (await readCheckpointState(store, planId, checkpointId))?.state;
      return state !== undefined && 'context' in state ? (state.context as StoredContext) : null;
    },
  };
}

/** Returns whether a plan discarded work; only its journal, which takes longer to read, tells which conflicts are left. */
async function isRestarted(store: Store, planId: string): Promise<boolean> {
  const record = (await store.get(keys.plan(planId))) as PlanRecord | undefined;
  if ((record?.attempt ?? 1) > 1) return true;
  for await (const _ of store.entries(keys.rollbacks(planId), { limit: 1 })) return true;
  return false;
}

/** For a subplan, those of its own agents; for the root, all. */
function changesOfPlan({ planId }: PlanRecord, changes: readonly CheckoutChange[]): CheckoutChange[] {
  return changes.filter(change => change.planId === planId || change.rootPlanId === planId);
}

/** The record of a child that was cancelled without an actor gets the cancellation from here. */
function withCancelReason(record: PlanRecord, reason: string | undefined): PlanRecord {
  if (reason === undefined) return record;
  return { ...record, state: 'cancelled', cancelReason: reason, resting: false, availableCommands: [] };
}

/** Returns a child's result, if it completed and its work was not undone. */
function toChildResults({ planId, phase, state, description, ...record }: PlanRecord): CompletedSubplan[] {
  const { resultTree, startTree, spawnDecisionId, decisionRootId, projectLinks, startsWith } = record;
  const isComplete = phase === 'execute' && state === 'complete' && resultTree !== null && startTree !== null;
  if (!isComplete || spawnDecisionId === null) return [];
  return [
    {
      planId,
      rootId: decisionRootId,
      decisionId: spawnDecisionId,
      tree: { planId, goal: description, baseTree: startTree, treeOid: resultTree },
      linkTree: primaryProject({ planId, projectLinks }).baseTree,
      startsWith,
    },
  ];
}
