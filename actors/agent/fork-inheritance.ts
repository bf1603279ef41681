/** What a fork takes over from the plan it was forked from, as its own. */
import { type DecisionDraft, isSpawn, mayRecord, SpawnPayload } from '../../src/model/decision.ts';
import type { ForkPoint, PlanSpec } from '../../src/model/plan.ts';
import { remapIds } from '../../src/model/remap-ids.ts';
import type { JournaledCall } from '../../src/model/rollback-history.ts';
import { isExecutionDecision } from '../../src/model/spawn.ts';

import type { EffectServices } from '../services.ts';

/** The strategy of the other plan. Children whose work is in the files already are not asked for again. */
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

/** Calls the agent of the other plan had made by then, with what they decided. */
export async function inheritedCalls(
  world: EffectServices,
  spec: PlanSpec,
  forkedFrom: ForkPoint,
): Promise<JournaledCall[]> {
  const [calls, past] = await Promise.all([
    world.ledger.calls(forkedFrom.planId, forkedFrom.sequence),
    world.ledger.decisionsAt(forkedFrom.planId, forkedFrom.sequence),
  ]);
  const names = newIdsFor(spec, [...past, ...calls.flatMap(({ decisions }) => decisions)]);
  return calls.map(({ call, decisions }) => ({
    call,
    decisions: decisions
      .filter(({ type }) => !(forkedFrom.includesMerged && isSpawn(type)))
      .map(decision => toOwnDecision(spec, decision, names)),
  }));
}

/** What was recorded in Execute comes again with the calls that decided it. */
function isStrategic({ type, contextSnapshot }: DecisionDraft): boolean {
  return (
    !isExecutionDecision({ contextSnapshot }) &&
    mayRecord('strategize', type) &&
    type !== 'prompt_definition' &&
    type !== 'invariant_enforced'
  );
}

/** The ids here of what is known there; always the same for the same two plans. */
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

/** A ULID with the time of `id`, and the chance of both added up: another for each id, and another than that. */
function idFrom(planId: string, id: string): string {
  const added = [...id.slice(10)].map(
    (letter, at) => letters.indexOf(letter) + letters.indexOf(planId.charAt(at + 10)),
  );
  return id.slice(0, 10) + added.map(sum => letters[sum % letters.length]).join('');
}
