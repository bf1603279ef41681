import { ascending } from './text-order.ts';
/** What to do next, as data: a program acts on it through the API, a client shows it as a line to type. */
export interface CommandHint {
  /** The words of the command, such as `plan apply`; empty for the program itself. */
  command: string;
  /** The plan that the command is about. */
  planId?: string;
  /** Arguments, the plan not among them. */
  args?: string[];
  /**
   * Options by their name in camel case; `true` for one without a value. Of `branch` and `patch`, `null` is any name that is
   * not in use.
   */
  options?: Record<string, string | number | true | null>;
  /** The folder in which to run it, when that is not the current one. */
  directory?: string;
  /** Shell commands to run before and after it. */
  before?: string;
  after?: string;
  /** What a person should know before running it. */
  note?: string;
}

/** A command of Troupe as data, or advice as text: a command of another program, or a sentence. */
export type Hint = CommandHint | string;

/** The one way to make a hint for a command of Troupe. */
export function commandHint(command: string, details: Omit<CommandHint, 'command'> = {}): CommandHint {
  return { command, ...details };
}

/** The hint with further options. */
export function withOptions(hint: CommandHint, options: NonNullable<CommandHint['options']>): CommandHint {
  return { ...hint, options: { ...hint.options, ...options } };
}

/** Each hint once, in order. */
export function uniqueHints(hints: readonly Hint[]): Hint[] {
  return [...new Map(hints.map(hint => [JSON.stringify(sortKeys(hint)), hint])).values()];
}

/** Two hints that mean the same are equal however they were written. */
function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.sort(ascending(([key]) => key)).map(([key, inner]) => [key, sortKeys(inner)]));
}
