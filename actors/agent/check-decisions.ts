import { commandHint } from '../../src/model/command-hint.ts';
import { type DecisionDraft, isSpawn, mayRecord, SpawnPayload } from '../../src/model/decision.ts';
import { TroupeError } from '../../src/model/errors.ts';
import { isTooDeep, nestingMax } from '../../src/model/json.ts';
import type { Phase, PlanSpec } from '../../src/model/plan.ts';
import { type RecordedSpawn, spawnProblem, spawnsIn } from '../../src/model/spawn.ts';
import type { EffectServices } from '../services.ts';

/**
 * Checks the decisions of an agent: a tree below known decisions, of types its phase may record, with known
 * dependencies and without cycles. If one is invalid, none is recorded.
 * @throws {TroupeError} INVALID_DECISION
 */
export function checkDecisions(
  spec: PlanSpec,
  phase: Phase,
  made: readonly DecisionDraft[],
  known: ReadonlySet<string>,
): void {
  const byId = new Map(made.map(decision => [decision.decisionId, decision]));
  if (byId.size !== made.length) throw invalid(spec, 'two decisions have the same id');
  for (const decision of made) {
    const { decisionId, parentDecisionId, type } = decision;
    if (known.has(decisionId)) throw invalid(spec, `decision ${decisionId} is recorded already`);
    if (type === 'prompt_definition')
      throw invalid(spec, 'a plan has exactly one prompt_definition, and it is recorded');
    if (!mayRecord(phase, type)) throw invalid(spec, `a ${type} may not be recorded in ${phase}`);
    if (decision.planId !== spec.planId)
      throw invalid(spec, `decision ${decisionId} belongs to plan ${decision.planId}`);
    if (parentDecisionId === null || !(known.has(parentDecisionId) || byId.has(parentDecisionId))) {
      throw invalid(
        spec,
        `decision ${decisionId} hangs under ${parentDecisionId}, which is not a decision of this plan`,
      );
    }
    for (const id of decision.dependsOn) {
      if (!known.has(id) && !byId.has(id))
        throw invalid(spec, `decision ${decisionId} depends on ${id}, which is not a decision of this plan`);
    }
  }
  const parents = cycleIn(
    new Map(
      made.map(({ decisionId, parentDecisionId }) => [decisionId, parentDecisionId === null ? [] : [parentDecisionId]]),
    ),
  );
  if (parents) throw invalid(spec, `the parents of ${parents.join(' → ')} form a cycle`);
  const cycle = cycleIn(new Map(made.map(({ decisionId, dependsOn }) => [decisionId, dependsOn])));
  if (cycle) {
    throw new TroupeError('DEPENDENCY_CYCLE', `Decisions depend on each other in a circle: ${cycle.join(' → ')}`, {
      where: `plan ${spec.planId}`,
      hints: [commandHint('plan explain')],
    });
  }
}

/**
 * Stored data is traversed by other code, and too deep a value would overflow its stack.
 * @throws {TroupeError} INVALID_DECISION
 */
export function checkLevels(spec: PlanSpec, answer: unknown): void {
  if (isTooDeep(answer)) throw invalid(spec, `what was answered nests deeper than ${nestingMax} levels`);
}

/**
 * Checks subplans that an agent returned without calling the tool, by the same rules.
 * @throws {TroupeError} INVALID_DECISION naming the subplan and the field
 */
export function checkSpawns(
  { matches }: Pick<EffectServices, 'matches'>,
  spec: PlanSpec,
  called: readonly RecordedSpawn[],
  returned: readonly DecisionDraft[],
): void {
  const ids = new Set(returned.map(({ decisionId }) => decisionId));
  const malformed = returned.find(({ type, payload }) => isSpawn(type) && !SpawnPayload.safeParse(payload).success);
  if (malformed) throw invalid(spec, `the payload of ${malformed.decisionId} is not that of a subplan`);
  const found = spawnProblem([...called, ...spawnsIn(returned)], spec, matches);
  if (found !== null && ids.has(found.decisionId)) throw invalid(spec, found.problem);
}

/** Returns one cycle of a graph of ids, or null. Depth first, every node and edge once: O(V+E). */
export function cycleIn(graph: ReadonlyMap<string, readonly string[]>): string[] | null {
  const state = new Map<string, 'open' | 'closed'>();
  for (const start of graph.keys()) {
    if (state.has(start)) continue;
    const path: { id: string; next: Iterator<string> }[] = [];
    const enter = (id: string) => {
      state.set(id, 'open');
      path.push({ id, next: (graph.get(id) ?? [])[Symbol.iterator]() });
    };
    enter(start);
    while (path.length > 0) {
      const top = path[path.length - 1];
      const step = top?.next.next();
      if (!top || !step || step.done) {
        if (top) state.set(top.id, 'closed');
        path.pop();
      } else if (state.get(step.value) === 'open') {
        const ids = path.map(({ id }) => id);
        return [...ids.slice(ids.indexOf(step.value)), step.value];
      } else if (!state.has(step.value) && graph.has(step.value)) enter(step.value);
    }
  }
  return null;
}

function invalid(spec: PlanSpec, message: string): TroupeError {
  return new TroupeError('INVALID_DECISION', `The agent's decisions were refused: ${message}`, {
    where: `plan ${spec.planId}`,
    hints: [commandHint('plan revert'), commandHint('plan logs')],
  });
}
