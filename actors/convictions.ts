import type { DecisionType } from '../src/model/decision.ts';
import type { Convictions, ThresholdName } from '../src/model/profile.ts';

/** The threshold that a decision of a strategy is held against. */
const thresholds: Partial<Record<DecisionType, ThresholdName>> = {
  strategy_choice: 'decideStrategy',
  implementation_choice: 'decideStrategy',
  resource_selection: 'chooseResources',
  subplan_spawn: 'spawnSubplans',
  subplan_parallel_spawn: 'spawnSubplans',
};

/** How sure a strategy is of each kind of decision: as sure as of the least sure of them. */
export function convictionsOf(decisions: readonly { type: DecisionType; confidence: number }[]): Convictions {
  const convictions: Convictions = {};
  for (const { type, confidence } of decisions) {
    const name = thresholds[type];
    if (name !== undefined) convictions[name] = Math.min(convictions[name] ?? 1, confidence);
  }
  return convictions;
}
