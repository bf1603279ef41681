import { Fault } from '../model/fault.ts';
import { Profile, type Thresholds, thresholdNames } from '../model/profile.ts';

/** Every threshold at the same height. */
function level(height: number): Thresholds {
  return Object.fromEntries(thresholdNames.map(name => [name, height])) as Thresholds;
}

/**
 * The eight profiles. A threshold says how confident a step must be to go on by itself: 0 always goes on, 1 never does.
 * `startApply` is 1 below `auto`: landing asks a person. `manual` stops between all phases and mends nothing by itself.
 */
const shapes: Record<string, { thresholds: Thresholds; retriesMax?: number; fixesMax?: number }> = {
  manual: {
    thresholds: { ...level(1), decideStrategy: 0, chooseResources: 0, spawnSubplans: 0, writeFiles: 0, runCommands: 0 },
    retriesMax: 0,
    fixesMax: 0,
  },
  review: {
    thresholds: {
      ...level(0),
      startStrategize: 0,
      startExecute: 1,
      startApply: 1,
      decideStrategy: 0.9,
      resolveConflicts: 1,
      recoverErrors: 0.9,
    },
  },
  supervised: { thresholds: { ...level(0), startStrategize: 0, startExecute: 1, startApply: 1, resolveConflicts: 1 } },
  cautious: {
    thresholds: {
      ...level(0),
      startExecute: 0.8,
      startApply: 1,
      decideStrategy: 0.8,
      spawnSubplans: 0.6,
      recoverErrors: 0.6,
      resolveConflicts: 1,
    },
  },
  trusted: { thresholds: { ...level(0), startExecute: 0.5, startApply: 1, resolveConflicts: 0.9 } },
  auto: { thresholds: { ...level(0), startApply: 0.9, resolveConflicts: 0.9 } },
  ci: { thresholds: { ...level(0), startApply: 1, resolveConflicts: 1 }, retriesMax: 1 },
  'full-auto': { thresholds: { ...level(0), resolveConflicts: 0.5 } },
};

export const profileNames: readonly string[] = Object.keys(shapes);

/** The profile of that name, whole, to be frozen into a plan. @throws {Fault} UNKNOWN_PROFILE listing the known ones */
export function profileOf(name: string): Profile {
  const shape = shapes[name];
  if (!shape) {
    throw new Fault('UNKNOWN_PROFILE', `There is no profile "${name}"; known are ${profileNames.join(', ')}`, {
      where: name,
      hints: ['troupe plan use --profile supervised'],
    });
  }
  return Profile.parse({ name, ...shape });
}
