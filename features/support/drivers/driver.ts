import type { ActionDraft } from '../action-draft.ts';

/** What a conflict, or a hunk of one, may be settled with. */
export type Side = 'ours' | 'theirs' | 'base' | 'both';

export interface UseDraft {
  goal?: string;
  profile?: string;
}

/** How a command was answered: obeyed, or refused by a fault. */
export interface Answer {
  code: string | null;
  message: string;
  hints: string[];
}

export interface Standing {
  phase: string;
  state: string;
  /** The fault the plan rests on. */
  error: string | null;
  /** That fault in full, as it was told. */
  told: string;
  ways: string[];
  /** Tool calls that were made, those of subplans included. */
  callsSpent: number;
}

export interface Subplan {
  goal: string;
  state: string;
}

/** How a check of the definition of done went the last time it ran. */
export interface Check {
  name: string;
  passed: boolean;
}

/** What the reviewer said about the result. */
export interface SeenFinding {
  severity: string;
  path: string | null;
  line: number | null;
  text: string;
}

export interface SeenConflict {
  path: string;
  /** Goals of the subplans whose change did not fit. */
  broughtBy: string[];
}

/** What going back did to a file. */
export interface Reverted {
  file: string;
  action: string;
}

export type Target =
  | { kind: 'checkout'; branch?: string }
  | { kind: 'branch'; branch: string }
  | { kind: 'patch'; file: string };

/** What of a plan lands before the rest: what finished subplans made, or one file of a reviewed result. */
export type Part = { finished: true } | { only: string };

/**
 * A user's hands: the same promises are kept whether a plan is steered from a program through a door or from a
 * terminal by typing. A command waits until the plan rests; a refusal is an answer, never an exception.
 */
export interface Driver {
  /** Makes a plan and lets it strategize. */
  use(action: ActionDraft, options: UseDraft): Promise<Answer>;
  execute(): Promise<Answer>;
  apply(target: Target): Promise<Answer>;
  /** The plan goes on from where it landed. */
  applyPart(part: Part): Promise<Answer>;
  /** A path, or `path#2` for its second hunk. */
  resolve(path: string, side: Side): Promise<Answer>;
  revert(guidance: string): Promise<Answer>;
  prompt(guidance: string): Promise<Answer>;
  /** Lets all tool calls go that wait for a person; `always`: later ones of the same tool too. */
  approve(always: boolean): Promise<Answer>;
  deny(reason: string): Promise<Answer>;
  pause(): Promise<Answer>;
  resume(): Promise<Answer>;
  cancel(reason: string): Promise<Answer>;
  /** Goes back to the checkpoint of that trigger (the first of several) or label. */
  rollback(checkpoint: string): Promise<Answer & { changes: Reverted[] }>;
  /** Corrects the decision that chose this, as it holds now. */
  correct(chosen: string, guidance: string, mode: 'revert' | 'append'): Promise<Answer>;
  standing(): Promise<Standing>;
  subplans(): Promise<Subplan[]>;
  conflicts(): Promise<SeenConflict[]>;
  checks(): Promise<Check[]>;
  findings(): Promise<SeenFinding[]>;
  /** Types of the plan's decisions, in the order in which they were recorded. */
  decisionTypes(): Promise<string[]>;
  /** What the commit would say, as it is shown before. */
  message(): Promise<string>;
  /** Paths the result changes, in order. */
  changed(): Promise<string[]>;
  diff(): Promise<string>;
  /** Everything that is open is closed, and opened again at the next command. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const obeyed: Answer = { code: null, message: '', hints: [] };
