import type { ActionDraft } from '../action-draft.ts';

/** What a conflict, or a hunk of one, may be settled with. */
export type ResolutionSide = 'ours' | 'theirs' | 'base' | 'both';

export interface UseDraft {
  goal?: string;
  profile?: string;
}

/** How a command was answered: obeyed, or refused by an error. */
export interface CommandAnswer {
  code: string | null;
  message: string;
  hints: string[];
}

export interface PlanStatus {
  phase: string;
  state: string;
  /** The error the plan rests on. */
  error: string | null;
  /** That error in full, as it was told. */
  errorText: string;
  availableCommands: string[];
  /** Tool calls that were made, those of subplans included. */
  callsSpent: number;
}

export interface SubplanView {
  goal: string;
  state: string;
}

/** How a check of the definition of done went the last time it ran. */
export interface CheckResult {
  name: string;
  passed: boolean;
}

/** What the reviewer said about the result. */
export interface FindingView {
  severity: string;
  path: string | null;
  line: number | null;
  text: string;
}

export interface ConflictView {
  path: string;
  /** Goals of the subplans whose change did not fit. */
  goals: string[];
}

/** What going back did to a file. */
export interface FileChange {
  file: string;
  action: string;
}

export type ApplyDestination =
  | { kind: 'checkout'; branch?: string }
  | { kind: 'branch'; branch: string }
  | { kind: 'patch'; file: string };

/** What of a plan lands before the rest: what finished subplans made, or one file of a reviewed result. */
export type PlanPart = { finished: true } | { only: string };

/**
 * A user's hands: the same promises are kept whether a plan is steered from a program through a door or from a
 * terminal by typing. A command waits until the plan rests; a refusal is an answer, never an exception.
 */
export interface PlanDriver {
  /** Makes a plan and lets it strategize. */
  use(action: ActionDraft, options: UseDraft): Promise<CommandAnswer>;
  execute(): Promise<CommandAnswer>;
  apply(target: ApplyDestination): Promise<CommandAnswer>;
  /** The plan goes on from where it landed. */
  applyPart(part: PlanPart): Promise<CommandAnswer>;
  /** A path, or `path#2` for its second hunk. */
  resolve(path: string, side: ResolutionSide): Promise<CommandAnswer>;
  revert(guidance: string): Promise<CommandAnswer>;
  prompt(guidance: string): Promise<CommandAnswer>;
  /** Lets all tool calls go that wait for a person; `always`: later ones of the same tool too. */
  approve(always: boolean): Promise<CommandAnswer>;
  deny(reason: string): Promise<CommandAnswer>;
  pause(): Promise<CommandAnswer>;
  resume(): Promise<CommandAnswer>;
  cancel(reason: string): Promise<CommandAnswer>;
  /** Goes back to the checkpoint of that trigger (the first of several) or label. */
  rollback(checkpoint: string): Promise<CommandAnswer & { changes: FileChange[] }>;
  /** Corrects the decision that chose this, as it holds now. */
  correct(chosen: string, guidance: string, mode: 'revert' | 'append'): Promise<CommandAnswer>;
  status(): Promise<PlanStatus>;
  subplans(): Promise<SubplanView[]>;
  conflicts(): Promise<ConflictView[]>;
  checks(): Promise<CheckResult[]>;
  findings(): Promise<FindingView[]>;
  /** Types of the plan's decisions, in the order in which they were recorded. */
  decisionTypes(): Promise<string[]>;
  /** What the commit would say, as it is shown before. */
  message(): Promise<string>;
  /** Paths the result changes, in order. */
  changedPaths(): Promise<string[]>;
  diff(): Promise<string>;
  /** Everything that is open is closed, and opened again at the next command. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const accepted: CommandAnswer = { code: null, message: '', hints: [] };
