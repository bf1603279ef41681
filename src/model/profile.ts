import * as z from 'zod';

/**
 * The eleven thresholds of an automation profile, each 0..1. A step proceeds by itself when the confidence behind it
 * reaches the threshold; a threshold of 1 is never reached: it asks a person, however sure the step is.
 */
export const thresholdNames = [
  'startStrategize',
  'startExecute',
  'startApply',
  'decideStrategy',
  'chooseResources',
  'spawnSubplans',
  'writeFiles',
  'runCommands',
  'recoverErrors',
  'fixValidations',
  'resolveConflicts',
] as const;

export const ThresholdName = z.enum(thresholdNames);
export type ThresholdName = z.infer<typeof ThresholdName>;

const threshold = z.number().min(0).max(1);

export const Thresholds = z.strictObject(
  Object.fromEntries(thresholdNames.map(name => [name, threshold])) as Record<ThresholdName, typeof threshold>,
);
export type Thresholds = z.infer<typeof Thresholds>;

/** Limits that the tool guards apply before every tool call, in this order: deny, allow, calls, budget, approvals. */
export const ToolGuards = z.strictObject({
  denyTools: z.array(z.string()).default([]),
  /** Empty: every tool that is not denied. */
  allowTools: z.array(z.string()).default([]),
  callsPerStepMax: z.number().int().positive().default(500),
});
export type ToolGuards = z.infer<typeof ToolGuards>;

export const Profile = z.strictObject({
  name: z.string(),
  thresholds: Thresholds,
  guards: ToolGuards.prefault({}),
  /** How many times a failing agent is asked again by itself. */
  retriesMax: z.number().int().min(0).max(10).default(2),
  /** How many times a failing required validation is handed back for fixing. */
  fixesMax: z.number().int().min(0).max(10).default(3),
});
export type Profile = z.infer<typeof Profile>;

/** Confidence behind what was decided, by the threshold that it is held against; what is not there was not decided. */
export type ConfidenceByThreshold = Partial<Record<ThresholdName, number>>;

/** Whether a step proceeds by itself. */
export function meetsThreshold({ thresholds }: Profile, threshold: ThresholdName, confidence: number): boolean {
  const required = thresholds[threshold];
  return required < 1 && confidence >= required;
}

/** Thresholds of the choices that a strategy consists of. */
const strategyChoices = ['decideStrategy', 'chooseResources', 'spawnSubplans'] as const;

/**
 * Whether a person is to see a strategy before work starts on it, at least when it is unsure. Where none is, a command that
 * asks for the result, such as `troupe run`, is the go-ahead for Execute too.
 */
export function reviewsStrategy({ thresholds }: Pick<Profile, 'thresholds'>): boolean {
  return strategyChoices.some(choice => thresholds[choice] > 0);
}
