import type { DecisionType } from '../../src/model/decision.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import type { ConfidenceByThreshold, ThresholdName } from '../../src/model/profile.ts';

/** The threshold for each type of decision in a strategy. */
const thresholds: Partial<Record<DecisionType, ThresholdName>> = {
  strategy_choice: 'decideStrategy',
  implementation_choice: 'decideStrategy',
  resource_selection: 'chooseResources',
  subplan_spawn: 'spawnSubplans',
  subplan_parallel_spawn: 'spawnSubplans',
};

/**
 * Returns the lowest confidence for each kind of decision in a strategy. Omits subplans when the action has approvals
 * for them: each was then approved when it was requested.
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
