import type { ActionDraft } from '../action-draft.ts';

/** Resolutions of a conflict, or of a hunk. */
export type ResolutionSide = 'ours' | 'theirs' | 'base' | 'both';

export interface UseDraft {
  goal?: string;
  profile?: string;
}

/** The answer to a command: accepted, or rejected with an error. */
export interface CommandAnswer {
  code: string | null;
  message: string;
  hints: unknown[];
}

export interface PlanStatus {
  phase: string;
  state: string;
  /** The plan's error code. */
  error: string | null;
  /** The full text of the error. */
  errorText: string;
  availableCommands: string[];
  /** Number of tool calls, including those of subplans. */
  callsSpent: number;
}

export interface SubplanView {
  goal: string;
  state: string;
}

/** The latest result of a validation. */
export interface CheckResult {
  name: string;
  passed: boolean;
}

/** A finding of the reviewer. */
export interface FindingView {
  severity: string;
  path: string | null;
  line: number | null;
  text: string;
}

export interface ConflictView {
  path: string;
  /** Goals of the subplans whose changes conflict. */
  goals: string[];
}

/** The effect of a rollback on a file. */
export interface FileChange {
  file: string;
  action: string;
}

export type ApplyDestination =
  | { kind: 'checkout'; branch?: string }
  | { kind: 'branch'; branch: string }
  | { kind: 'patch'; file: string };

/** A part to apply before the rest: the work of completed subplans, or one file of a reviewed result. */
export type PlanPart = { finished: true } | { only: string };

/** Commands of the current plan. */
export interface PlanCommands {
  execute(): Promise<CommandAnswer>;
  apply(target: ApplyDestination): Promise<CommandAnswer>;
  /** The plan continues from the new base. */
  applyPart(part: PlanPart): Promise<CommandAnswer>;
  /** A path, or `path#2` for its second hunk. */
  resolve(path: string, side: ResolutionSide): Promise<CommandAnswer>;
  revert(guidance: string): Promise<CommandAnswer>;
  prompt(guidance: string): Promise<CommandAnswer>;
  /** Approves all pending tool calls; `always`: also later ones of the same tool. */
  approve(always: boolean): Promise<CommandAnswer>;
  deny(reason: string): Promise<CommandAnswer>;
  /** Answers the question of an agent. */
  answerQuestion(text: string): Promise<CommandAnswer>;
  pause(): Promise<CommandAnswer>;
  resume(): Promise<CommandAnswer>;
  cancel(reason: string): Promise<CommandAnswer>;
  /** Rolls back to the checkpoint with that trigger (the first of several) or label. */
  rollback(checkpoint: string): Promise<CommandAnswer & { changes: FileChange[] }>;
  /** Corrects the decision in effect that chose this. */
  correct(chosen: string, guidance: string, mode: 'revert' | 'append'): Promise<CommandAnswer>;
}

/** What is seen of the current plan. */
export interface PlanViews {
  status(): Promise<PlanStatus>;
  subplans(): Promise<SubplanView[]>;
  conflicts(): Promise<ConflictView[]>;
  checks(): Promise<CheckResult[]>;
  findings(): Promise<FindingView[]>;
  /** Returns the types of the plan's decisions, in recorded order. */
  decisionTypes(): Promise<string[]>;
  /** Returns the previewed commit message. */
  message(): Promise<string>;
  /** Returns the paths that the result changes, in order. */
  changedPaths(): Promise<string[]>;
  diff(): Promise<string>;
}

/**
 * A user of Troupe: the same behavior is expected from the library and from the command line. A command waits until
 * the plan waits or ends; a rejection is an answer, never an exception.
 */
export interface PlanDriver extends PlanCommands, PlanViews {
  /** Creates a plan and lets it strategize. */
  use(action: ActionDraft, options: UseDraft): Promise<CommandAnswer>;
  /** Closes everything; the next command opens it again. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const accepted: CommandAnswer = { code: null, message: '', hints: [] };
