/**
 * The API of the entry point `troupe`: commands in, events and views out. It exposes no machine, context or actor.
 * Implemented in troupe.ts and plans/plan-handle.ts.
 */
import type { z } from 'zod';
import type { ActorSnapshot } from '../durable/snapshot.ts';
import type { TraceBatch } from '../durable/trace.ts';
import type { Action } from '../model/action.ts';
import type { RecordedSession } from '../model/agent-session.ts';
import type { Approval } from '../model/approval.ts';
import type { FileChange } from '../model/change.ts';
import type { Checkpoint } from '../model/checkpoint.ts';
import type { CleanupOptions, CleanupReport } from '../model/cleanup.ts';
import type { Conflict, Resolution } from '../model/conflict.ts';
import type { Correction } from '../model/correction.ts';
import type { Decision } from '../model/decision.ts';
import type { PlanEvent } from '../model/event.ts';
import type { ExportOptions, ImportReport } from '../model/export.ts';
import type { Invariant, InvariantDraft } from '../model/invariant.ts';
import type { LogLine, LogOptions } from '../model/log-line.ts';
import type { MergedAdjacent } from '../model/merged-adjacent.ts';
import type { PlanRecord } from '../model/plan.ts';
import type { ToolCall } from '../model/tool.ts';
import type { WorkerInfo } from '../model/worker-info.ts';
import type { ApplyOptions } from './apply/apply-options.ts';
import type { ApplyPreview } from './apply/prepare.ts';
import type { PartRejection } from './apply/reject-parts.ts';
import type { ReviewedFile } from './apply/selection.ts';
import type { AnswerOptions, ApproveOptions, DenyOptions } from './approvals/approval-options.ts';
import type { ConflictDetails, ConflictTexts, ResolutionChoice } from './conflicts/resolve.ts';
import type { StrategyDraft, StrategyEditReport } from './correction/edit-strategy.ts';
import type { CorrectionReport, CorrectOptions } from './correction/prepare.ts';
import type { ForkOptions } from './fork/fork-spec.ts';
import type { InvariantTarget } from './invariants/invariants.ts';
import type { UseOptions } from './options.ts';
import type { PlanVersion } from './plans/plan-version.ts';
import type { RollbackReport } from './rollback/prepare.ts';

/** A plan and its subplans. */
export interface PlanTree {
  plan: PlanRecord;
  children: PlanTree[];
}

/** The stored actions of a project. */
export interface Actions {
  /**
   * Stores an action from YAML text or an object; rejects unknown keys by name. It may extend a stored action.
   * @throws {TroupeError} INVALID_ACTION, UNKNOWN_KEY, INVALID_NAME
   */
  create(source: string | Record<string, unknown>, where?: string): Promise<Action>;
  /** Returns the action as `create` would store it, without storing it. @throws {TroupeError} as `create` */
  read(source: string | Record<string, unknown>, where?: string): Promise<Action>;
  /** @throws {TroupeError} UNKNOWN_ACTION */
  get(name: string): Promise<Action>;
  list(): Promise<Action[]>;
}

/** The plans of one store and project. */
export interface Troupe extends AsyncDisposable {
  readonly actions: Actions;
  /**
   * Creates a plan.
   * @throws {TroupeError} UNKNOWN_ACTION; as `actions.create` for an action given in place; INVALID_ARGUMENT,
   * UNKNOWN_PROFILE, NOT_A_PROJECT, NO_COMMITS
   */
  use(options: UseOptions): Promise<Plan>;
  /**
   * Creates a plan from a checkpoint of any plan, also of a finished one. It gets the guidance that the plan had then.
   * @throws {TroupeError} UNKNOWN_PLAN, UNKNOWN_CHECKPOINT, CHECKPOINT_LOST, UNKNOWN_PROFILE
   */
  fork(options: ForkOptions): Promise<Plan>;
  /**
   * Returns the plan with an id, or an unambiguous prefix or suffix of one. Without an id, returns the newest root
   * plan, finished or not.
   * @throws {TroupeError} UNKNOWN_PLAN
   */
  get(id?: string): Promise<Plan>;
  list(options?: { all?: boolean; children?: boolean }): Promise<PlanRecord[]>;
  tree(planId: string): Promise<PlanTree>;
  /** Yields every event of every plan from now on. Events are frozen and shared by all readers. */
  events(options?: { signal?: AbortSignal }): AsyncIterable<PlanEvent>;
  /**
   * Yields what the actors of plans do, after each commit, starting with the current state: charts, states, messages.
   * Waits while no actors run. A reader that falls behind gets the current state again.
   */
  traces(options?: { signal?: AbortSignal }): AsyncIterable<TraceBatch>;
  /** Returns the workers to which work can go. @throws {TroupeError} QUEUE_UNREACHABLE, PACKAGE_MISSING */
  workers(): Promise<WorkerInfo[]>;
  /** Resumes unfinished plans; runs automatically unless `resume: false` was given. Returns their ids. */
  resume(): Promise<string[]>;
  /**
   * Lists unused sandboxes, refs, logs and records with their sizes. Never touches a running plan, and removes no
   * files that are not in a ref. Removes them only when `dryRun` is false.
   */
  cleanUp(options?: CleanupOptions): Promise<CleanupReport>;
  /**
   * Adds an invariant to the named plans (one each), to every plan of this project, or to every project. It takes
   * effect at each plan's next phase boundary.
   * @throws {TroupeError} INVALID_INVARIANT, UNKNOWN_PLAN, USAGE, PHASE_GUARD
   */
  addInvariant(draft: z.input<typeof InvariantDraft>, reach: InvariantTarget): Promise<Invariant[]>;
  /**
   * Returns the project's and the global invariants; with `plan`, those in force in it, by precedence.
   * @throws {TroupeError} UNKNOWN_PLAN
   */
  invariants(options?: { plan?: string }): Promise<Invariant[]>;
  /** Removes an invariant by id or the end of one. @throws {TroupeError} UNKNOWN_INVARIANT */
  removeInvariant(invariant: string): Promise<Invariant>;
  /**
   * Imports what `Plan.export` wrote to `file` (an absolute path): all of it, or nothing when a line was changed,
   * removed or moved. An unfinished plan is imported as ended, because it continues in its original store.
   * @throws {TroupeError} EXPORT_DAMAGED naming the line, PLAN_EXISTS, BASE_MISSING, STORE_FORMAT
   */
  import(file: string): Promise<ImportReport>;
  close(): Promise<void>;
}

/** Two states to compare. By default: the plan's base and its current state. */
export interface DiffRange {
  /** A plan or a checkpoint, by id or the end of one. @default this plan, when `to` is given */
  from?: string;
  to?: string;
  /** The changes of one correction, by its id or the end of it. */
  correction?: string;
}

/** A checkpoint and the state of the plan's machine at it. */
export interface CheckpointDetails {
  checkpoint: Checkpoint;
  /** The persisted snapshots of the plan's actor and of the actors below it, as the commit of the checkpoint stored them. */
  state: ActorSnapshot;
}

/** The checkpoints of a plan. {@link Plan.rollback} rolls back to one. */
export interface PlanCheckpoints {
  /** Returns them, oldest first. */
  list(): Promise<Checkpoint[]>;
  /**
   * Returns a checkpoint, given by id, the end of one, or label, with the state of the plan's machine.
   * @throws {TroupeError} UNKNOWN_CHECKPOINT, CHECKPOINT_LOST when no state is stored
   */
  get(checkpoint: string): Promise<CheckpointDetails>;
  /** Creates a checkpoint of the current sandbox. @throws {TroupeError} PHASE_GUARD before there is a sandbox */
  create(label?: string): Promise<Checkpoint>;
  /** Deletes a checkpoint, by id, the end of one, or label. @throws {TroupeError} UNKNOWN_CHECKPOINT */
  delete(checkpoint: string): Promise<void>;
}

/** The merge conflicts of a plan. */
export interface PlanConflicts {
  /** Returns those of the plan's present history with their resolutions; `null` for one that is not resolved. */
  list(): Promise<(Conflict & { resolution: Resolution | null })[]>;
  /** Returns one conflict, by path or id, with the text of its hunks and suggested resolutions. @throws {TroupeError} UNKNOWN_CONFLICT */
  get(path: string): Promise<ConflictDetails>;
  /** Returns those of `list()` with the text of their hunks and suggested resolutions. */
  texts(): Promise<ConflictTexts[]>;
  /** Returns small maps of files in which two sides changed different values: merged, but worth a review. */
  mergedAdjacent(): Promise<MergedAdjacent[]>;
  /**
   * Resolves a conflict, by path or id, or one hunk of it (counted from 1, also as `path#2`). The merge continues when no conflict
   * is left.
   * @throws {TroupeError} UNKNOWN_CONFLICT, CONFLICT_RESOLVED, USAGE
   */
  resolve(path: string, take: ResolutionChoice, options?: { hunk?: number }): Promise<void>;
}

/** The review of a plan's result. */
export interface PlanReview {
  /** Returns the files and hunks of the reviewed result; hunks are named `path#2`. @throws {TroupeError} PHASE_GUARD */
  files(): Promise<ReviewedFile[]>;
  /**
   * Removes parts from the result and asks a subplan to redo them with the given reason: a correction with `append`.
   * Does not wait for the new result.
   * @throws {TroupeError} PHASE_GUARD, USAGE, SANDBOX_EDITED unless forced
   */
  reject(rejections: PartRejection[], options?: { dryRun?: boolean; force?: boolean }): Promise<CorrectionReport>;
}

/** One use of an action on projects: its commands and views. A handle that holds no state of its own. */
export interface Plan {
  readonly id: string;
  readonly checkpoints: PlanCheckpoints;
  readonly conflicts: PlanConflicts;
  readonly review: PlanReview;
  record(): Promise<PlanRecord>;
  /** Returns the same plan with a condition: commands are rejected with LOCK_CONFLICT once its state differs from `seen`. */
  ifUnchangedSince(seen: PlanVersion): Plan;
  /**
   * Checks that the repository has the files of the plan, which may have worked in another clone of it.
   * @throws {TroupeError} FILES_MISSING naming that clone
   */
  assertFiles(): Promise<void>;
  /**
   * Runs the next phase on the way to a reviewed result. Resumes a plan whose process ended. Resolves when the
   * command is recorded.
   * @throws {TroupeError} PHASE_GUARD; LOCK_CONFLICT when the plan is already working: one of two concurrent commands
   * succeeds
   */
  execute(): Promise<void>;
  /**
   * Applies the reviewed result, or part of it. The call is the approval.
   * @throws {TroupeError} PHASE_GUARD, NOTHING_TO_APPLY, DIRTY_CHECKOUT, USAGE (a part the result does not have)
   */
  apply(options?: ApplyOptions): Promise<void>;
  /**
   * Shows what `apply` would change, where, and what would prevent it. Changes nothing.
   * @throws {TroupeError} PHASE_GUARD, USAGE
   */
  previewApply(options?: ApplyOptions): Promise<ApplyPreview>;
  /** Returns the approvals of this plan and its subplans, pending and answered, in the order of the requests. */
  approvals(): Promise<Approval[]>;
  /**
   * Approves one pending tool call, or all in this plan and its subplans. `always` also approves later calls of the
   * same tool in the plan and its subplans.
   * @throws {TroupeError} PHASE_GUARD when nothing is pending
   */
  approve(options?: ApproveOptions): Promise<Approval[]>;
  /** Denies pending tool calls: the call is refused, and the agent gets the reason. @throws {TroupeError} PHASE_GUARD */
  deny(options?: DenyOptions): Promise<Approval[]>;
  /**
   * Answers the question of an agent, with a text or with the number of a choice.
   * @throws {TroupeError} PHASE_GUARD when no question is open
   */
  answer(text: string, options?: AnswerOptions): Promise<Approval[]>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  cancel(reason?: string): Promise<void>;
  /**
   * Restarts planning: returns to strategize.queued, at most three times.
   * @throws {TroupeError} REVERSION_LIMIT, PHASE_GUARD
   */
  revert(guidance?: string): Promise<void>;
  prompt(guidance: string): Promise<void>;
  decisions(options?: { superseded?: boolean }): Promise<Decision[]>;
  /** Returns the sessions of the plan's agents, the last one used last; those of its subplans are theirs. */
  sessions(): Promise<RecordedSession[]>;
  /**
   * Rolls back to a checkpoint, all or nothing: files, decisions, children, the machine. The plan then waits in
   * execute.queued. Saves the current state as a checkpoint first. A dry run returns the same report and changes
   * nothing.
   * @throws {TroupeError} UNKNOWN_CHECKPOINT, PHASE_GUARD, SANDBOX_LOST, CHECKPOINT_LOST, SANDBOX_EDITED unless
   * forced
   */
  rollback(checkpoint: string, options?: { force?: boolean; dryRun?: boolean }): Promise<RollbackReport>;
  /**
   * Changes one decision and re-runs only the work that depends on it (`revert`), or adds work (`append`). All or
   * nothing. The previous attempt is kept in a checkpoint; rolling back to it undoes the correction. Does not wait
   * for the new result.
   * @throws {TroupeError} UNKNOWN_DECISION, NOT_CORRECTABLE, PHASE_GUARD, SANDBOX_EDITED unless forced,
   * CHECKPOINT_LOST
   */
  correct(decision: string, options: CorrectOptions): Promise<CorrectionReport>;
  /** Returns the strategy's decisions and subplans in a form you can edit. */
  strategyDraft(): Promise<StrategyDraft>;
  /**
   * Replaces the strategy by an edited one, before execution starts. Changed entries are recorded as new decisions;
   * the old ones stay as superseded. Entries without an id are new, missing ones are withdrawn.
   * @throws {TroupeError} PHASE_GUARD, INVALID_DECISION
   */
  editStrategy(draft: StrategyDraft, options?: { dryRun?: boolean }): Promise<StrategyEditReport>;
  /** Returns the corrections and edits that were carried out, oldest first. */
  corrections(): Promise<Correction[]>;
  toolCalls(): Promise<ToolCall[]>;
  changes(options?: DiffRange): Promise<FileChange[]>;
  /**
   * Returns the changes of the plan, or the difference between two states.
   * @throws {TroupeError} UNKNOWN_PLAN, UNKNOWN_CORRECTION
   */
  diff(options?: DiffRange & { stat?: boolean; paths?: string[] }): Promise<string>;
  /** Yields what agents and validations of the plan and its subplans printed, in order. */
  logs(options?: LogOptions & { signal?: AbortSignal }): AsyncIterable<LogLine>;
  /** Exports the root and all its subplans as lines to store in a file: records, decisions, checkpoints, journal, files. */
  export(options?: ExportOptions & { signal?: AbortSignal }): AsyncIterable<string>;
  /**
   * Yields the events of this plan and its children from the first (or after `seq`). Ends when the plan waits for a
   * person or is final; with `rests`, only when it is final. Events are frozen.
   */
  events(options?: { after?: string; rests?: boolean; signal?: AbortSignal }): AsyncIterable<PlanEvent>;
  /** Resolves when a person or a profile must decide what comes next, or the plan is final. */
  waitUntilIdle(options?: { signal?: AbortSignal }): Promise<PlanRecord>;
  /**
   * Waits as `waitUntilIdle` does, then returns the record, or throws what failed. A plan that waits for you, for example
   * to be applied, has not failed.
   * @throws {TroupeError} the error of the plan; CANCELLED when it was cancelled
   */
  result(options?: { signal?: AbortSignal }): Promise<PlanRecord>;
  /**
   * Resolves when the checks before a phase (preflight, invariants) are done; at once when none are running. For a
   * rejected plan `rejectedPhase(record)` returns the phase and `error` the reason.
   */
  waitForPreflight(options?: { signal?: AbortSignal }): Promise<PlanRecord>;
}
