/** What a fork inherits from the plan it was forked from. */
import { type DecisionDraft, isSpawn, mayRecord, SpawnPayload } from '../../src/model/decision.ts';
import type { ForkPoint, PlanSpec } from '../../src/model/plan.ts';
import { remapIds } from '../../src/model/remap-ids.ts';
import type { JournaledWork } from '../../src/model/rollback-history.ts';
import { isExecutionDecision } from '../../src/model/spawn.ts';

import type { EffectServices } from '../services.ts';

/** Returns the strategy of the other plan, without spawns of children whose work is already in the files. */
export function inheritedDecisions(
  spec: PlanSpec,
  { includesMerged }: ForkPoint,
  past: readonly DecisionDraft[],
): DecisionDraft[] {
  const names = newIdsFor(spec, past);
  return past
    .filter(decision => isStrategic(decision) && !(includesMerged && isSpawn(decision.type)))
    .map(decision => toOwnDecision(spec, decision, names));
}

/** Returns the work of the other plan's agent, with the decisions of its calls. */
export async function inheritedWork(
  services: EffectServices,
  spec: PlanSpec,
  forkedFrom: ForkPoint,
): Promise<JournaledWork> {
  const [{ calls, results }, past] = await Promise.all([
    services.ledger.work(forkedFrom.planId, forkedFrom.sequence),
    services.ledger.decisionsAt(forkedFrom.planId, forkedFrom.sequence),
  ]);
  const names = newIdsFor(spec, [...past, ...calls.flatMap(({ decisions }) => decisions)]);
  return {
    results,
    calls: calls.map(({ call, decisions }) => ({
      call,
      decisions: decisions
        .filter(({ type }) => !(forkedFrom.includesMerged && isSpawn(type)))
        .map(decision => toOwnDecision(spec, decision, names)),
    })),
  };
}

/** Decisions recorded in Execute come with the calls that made them. */
function isStrategic({ type, contextSnapshot }: DecisionDraft): boolean {
  return (
    !isExecutionDecision({ contextSnapshot }) &&
    mayRecord('strategize', type) &&
    type !== 'prompt_definition' &&
    type !== 'invariant_enforced'
  );
}

/** Maps the other plan's ids to new ids; always the same for the same two plans. */
function newIdsFor(spec: PlanSpec, known: readonly DecisionDraft[]): Map<string, string> {
  return new Map(
    known.map(({ decisionId, type }) => [
      decisionId,
      type === 'prompt_definition' ? spec.decisionRootId : idFrom(spec.planId, decisionId),
    ]),
  );
}

function toOwnDecision(spec: PlanSpec, decision: DecisionDraft, names: ReadonlyMap<string, string>): DecisionDraft {
  const { decisionId, planId: _of, payload, ...rest } = remapIds(decision, names);
  return {
    ...rest,
    decisionId: names.get(decisionId) ?? decisionId,
    planId: spec.planId,
    payload: isSpawn(decision.type) ? { ...SpawnPayload.parse(payload), planId: spec.planId } : payload,
    contextSnapshot: { ...rest.contextSnapshot, actorStateRef: null },
  };
}

const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Returns a ULID with the time of `id`, derived from both ids: unique for each id, and different from it. */
function idFrom(planId: string, id: string): string {
  const added = [...id.slice(10)].map(
    (letter, at) => letters.indexOf(letter) + letters.indexOf(planId.charAt(at + 10)),
  );
  return id.slice(0, 10) + added.map(sum => letters[sum % letters.length]).join('');
}
