/** What a project remembers about failures: which, how often, and how to prevent them. */
import * as z from 'zod';
import type { AgentRole } from './agent.ts';
import { SerializedErrorSchema } from './error-schema.ts';
import type { ErrorCategory, ErrorCode, SerializedError } from './errors.ts';
import type { Phase } from './plan.ts';
import { redact } from './secrets.ts';

/** A kind of failure that the project remembers: its code, and its message without numbers, ids, folders and hashes. */
export const FailurePattern = z.strictObject({
  /** Identifies the failure; see failure-fingerprint.ts. */
  fingerprint: z.string(),
  /** The latest occurrence, its message bounded and without secrets. */
  error: SerializedErrorSchema,
  phase: z.enum(['strategize', 'execute', 'apply']),
  times: z.number().int().min(1),
  firstAt: z.string(),
  lastAt: z.string(),
  /** What to check before the work. */
  checks: z.array(z.string()),
  /** Guidance that was given before the work succeeded, latest last. */
  helped: z.array(z.string()),
  /** Plans that had the failure and have not succeeded yet, with the guidance given to each since. */
  open: z.array(z.strictObject({ planId: z.string(), guidance: z.array(z.string()) })),
});
export type FailurePattern = z.infer<typeof FailurePattern>;

/** Maximum number of entries of each kind in one pattern. */
export const entriesMax = 5;
const charactersMax = 300;

/** Returns one line, bounded, without secrets. */
export function summarize(text: string): string {
  const line = redact(text, new Set()).replace(/\s+/g, ' ').trim();
  return line.length > charactersMax ? `${line.slice(0, charactersMax)}…` : line;
}

/** Failures that no agent could have prevented. */
const notPreventable = new Set<ErrorCategory>(['usage', 'auth', 'budget', 'rate_limited']);

export function isPreventable({ category }: Pick<SerializedError, 'category'>): boolean {
  return !notPreventable.has(category);
}

const checkByCode: Partial<Record<ErrorCode, string>> = {
  READ_ONLY_BREACH: 'Change no file while you plan.',
  CHECKOUT_TOUCHED: 'Write nowhere but below the folder you are started in.',
  NOTHING_DONE: 'See that your changes are in the files before you end.',
  FLOODED: 'Print what matters, not everything.',
  STALLED: 'Print a line from time to time while you work, and end when you are done.',
};

/** Returns what to check to prevent a failure. */
export function preventiveChecks(error: SerializedError): string[] {
  const { validations } = error.details ?? {};
  const named = Array.isArray(validations) ? validations.flatMap(checkForValidation) : [];
  if (named.length > 0) return named.slice(0, entriesMax);
  return [summarize(checkByCode[error.code] ?? `Beforehand, make sure that this cannot happen: ${error.message}`)];
}

function checkForValidation(failed: unknown): string[] {
  if (typeof failed !== 'object' || failed === null || !('name' in failed)) return [];
  const output = 'outputTail' in failed && typeof failed.outputTail === 'string' ? failed.outputTail.trim() : '';
  const lastLine = output.split('\n').at(-1) ?? '';
  return [
    summarize(
      `Before you end, see that "${String(failed.name)}" passes${lastLine === '' ? '.' : `; it said: ${lastLine}`}`,
    ),
  ];
}

const adviceMax = 5;

/** Returns the advice for an agent: the most frequent failures of its phase, the latest first among equals. */
export function adviceFrom(patterns: readonly FailurePattern[], role: AgentRole): string[] {
  const phase: Phase = role === 'strategy' || role === 'estimation' ? 'strategize' : 'execute';
  return patterns
    .filter(pattern => pattern.phase === phase)
    .toSorted((left, right) => right.times - left.times || (left.lastAt < right.lastAt ? 1 : -1))
    .slice(0, adviceMax)
    .map(formatAdvice);
}

function formatAdvice({ checks, helped, times, error }: FailurePattern): string {
  const last = helped.at(-1);
  const often = times === 1 ? 'once' : `${times} times`;
  const help = last === undefined ? '' : ` What helped: ${last}`;
  return `${checks.join(' ')} (${error.code}, ${often} so far)${help}`;
}
