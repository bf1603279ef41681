import type { DecisionType } from '../../src/model/decision.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import type { ConfidenceByThreshold, ThresholdName } from '../../src/model/profile.ts';

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
export function lowestConfidences(
  { approvalModes }: Pick<PlanSpec, 'approvalModes'>,
  decisions: readonly { type: DecisionType; confidence: number }[],
): ConfidenceByThreshold {
  const confidenceByThreshold: ConfidenceByThreshold = {};
  const areDecided = approvalModes?.strategize?.spawnSubplans !== undefined;
  for (const { type, confidence } of decisions) {
    const name = thresholds[type];
    if (name === undefined || (name === 'spawnSubplans' && areDecided)) continue;
    confidenceByThreshold[name] = Math.min(confidenceByThreshold[name] ?? 1, confidence);
  }
  return confidenceByThreshold;
}
