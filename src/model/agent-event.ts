import type { AgentUsage } from './budget.ts';

/**
 * The name under which a program's work is recorded once it has ended well. From then on its files are the result, and after a
 * crash it does not run again.
 */
export const programResult = 'program result';

/** Why an agent could not continue, as far as it matters to what happens next. */
export type AgentFailureCause = 'rate_limit' | 'sign_in' | 'other';

/** What an agent printed, whatever its format. */
export type AgentEvent =
  /** Whole lines of what it writes to you. */
  | { kind: 'text'; text: string }
  /** What it does with a tool, as a line: "edits src/a.ts", "runs npm test". */
  | { kind: 'tool'; line: string }
  /** What it used since it last said so. */
  | { kind: 'usage'; usage: AgentUsage }
  | { kind: 'session'; id: string }
  /** Its service refused, and it tries again by itself. */
  | { kind: 'retry'; cause: AgentFailureCause; attempt: number; afterSeconds: number | null; message: string }
  /** It asked for a permission and did not get it. */
  | { kind: 'refused'; what: string }
  /** What went wrong and did not end it. */
  | { kind: 'warning'; text: string }
  /** It is done; what it prints after this is no more of its work. */
  | { kind: 'end'; summary: string | null; failure: AgentFailure | null };

export interface AgentFailure {
  cause: AgentFailureCause;
  message: string;
}
