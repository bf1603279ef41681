import * as z from 'zod';
import { QuestionPolicy } from './question.ts';

/**
 * The eleven thresholds of an automation profile, each 0..1. A step proceeds automatically when its confidence
 * reaches the threshold. A threshold of 1 is never reached: a person decides, whatever the confidence.
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

/** A named set of eleven thresholds, tool guards and limits that says how much happens without asking. */
export const Profile = z.strictObject({
  name: z.string(),
  thresholds: Thresholds,
  guards: ToolGuards.prefault({}),
  /** How many times a failing agent is retried automatically. */
  retriesMax: z.number().int().min(0).max(10).default(2),
  /** How many times the agent is asked to fix a failing required validation. */
  fixesMax: z.number().int().min(0).max(10).default(3),
  /** What happens to the questions of agents. */
  questions: QuestionPolicy.default('ask'),
});
export type Profile = z.infer<typeof Profile>;

/** Confidence in the decisions, by the threshold it is compared with; a threshold without decisions is absent. */
export type ConfidenceByThreshold = Partial<Record<ThresholdName, number>>;

/** Returns whether a step proceeds automatically. */
export function meetsThreshold({ thresholds }: Profile, threshold: ThresholdName, confidence: number): boolean {
  const required = thresholds[threshold];
  return required < 1 && confidence >= required;
}
