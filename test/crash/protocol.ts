/** What the driver and the process it kills say to each other, a JSON object a line. */

export const mutants = ['ack before commit', 'no dedup', 'one put per actor', 'no barrier'] as const;
export type Mutant = (typeof mutants)[number];

export interface ChildCommand {
  cmd: string;
  plan: number;
  amount: number;
  delayMs: number;
  /** Afterwards the plan goes to sleep. */
  sleep: boolean;
}

export type ChildRequest = ChildCommand | { report: true };

/** Every count that must agree with another. */
export interface StateTotals {
  /** Commands the plans applied, and their amounts. */
  n: number;
  sum: number;
  /** The same as the ledger saw them. */
  ledgerN: number;
  ledgerSum: number;
  /** Journal rows of commands, and how many different commands they name. */
  journaled: number;
  distinct: number;
  /** Jobs that reported back, timers that fired, jobs still there. */
  done: number;
  ticks: number;
  jobs: number;
  passivated: number;
}

export type ChildReply =
  | { ready: StateTotals }
  | { ack: string; duplicate: boolean }
  | { report: StateTotals }
  | { trouble: string };
