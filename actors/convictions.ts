import type { DecisionType } from '../src/model/decision.ts';
import type { PlanSpec } from '../src/model/plan.ts';
import type { Convictions, ThresholdName } from '../src/model/profile.ts';

/** The threshold that a decision of a strategy is held against. */
const thresholds: Partial<Record<DecisionType, ThresholdName>> = {
  strategy_choice: 'decideStrategy',
  implementation_choice: 'decideStrategy',
  resource_selection: 'chooseResources',
  subplan_spawn: 'spawnSubplans',
  subplan_parallel_spawn: 'spawnSubplans',
};

/**
 * How sure a strategy is of each kind of decision: as sure as of the least sure of them. Without subplans where the action
 * decides in advance about those: then each was let through, or a person let it through, when it was asked for.
 */
export function convictionsOf(
  { approvalModes }: Pick<PlanSpec, 'approvalModes'>,
  decisions: readonly { type: DecisionType; confidence: number }[],
): Convictions {
  const convictions: Convictions = {};
  const areDecided = approvalModes?.strategize?.spawnSubplans !== undefined;
  for (const { type, confidence } of decisions) {
    const name = thresholds[type];
    if (name === undefined || (name === 'spawnSubplans' && areDecided)) continue;
    convictions[name] = Math.min(convictions[name] ?? 1, confidence);
  }
  return convictions;
}
