import { type Bisection, culpritIds } from '../../src/model/bisection.ts';
import { isSpawn, SpawnPayload } from '../../src/model/decision.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import type { EffectServices } from '../services.ts';

/**
 * Returns the plan for the agent whose subplan makes a validation fail: with that subplan's goal, arguments and agent.
 * Of several that fail only together, the one that is merged last. Null when no subplan was found.
 */
export async function culpritAuthor(
  services: EffectServices,
  spec: PlanSpec,
  bisection: Bisection | null,
): Promise<PlanSpec | null> {
  const planId = culpritIds(bisection).at(-1);
  if (planId === undefined) return null;
  const [culprit] = await services.ledger.completedSubplans([planId]);
  const decisions = await services.ledger.decisions(spec.planId);
  const spawn = decisions.find(({ decisionId, type }) => isSpawn(type) && decisionId === culprit?.decisionId);
  if (spawn === undefined) return null;
  const { goal, executionActor, arguments: own } = SpawnPayload.parse(spawn.payload);
  return {
    ...spec,
    description: goal,
    arguments: { ...spec.arguments, ...own },
    actors: { ...spec.actors, execution: executionActor ?? spec.actors.execution },
  };
}
