import type { Profile } from './profile.ts';

/** Thresholds of the decisions in a strategy. */
const strategyChoices = ['decideStrategy', 'chooseResources', 'spawnSubplans'] as const;

/**
 * Returns whether a person reviews a strategy before work starts, at least when its confidence is low. If not, a
 * command that asks for the result, such as `troupe run`, also starts Execute.
 */
export function reviewsStrategy({ thresholds }: Pick<Profile, 'thresholds'>): boolean {
  return strategyChoices.some(choice => thresholds[choice] > 0);
}
