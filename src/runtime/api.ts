/**
 * What the door `troupe` gives to clients: commands in, events and views out. Clients never hold a chart, a context
 * or an actor. Implemented in troupe.ts and plan-handle.ts.
 */

import type { z } from 'zod';
import type { TraceBatch } from '../durable/trace.ts';
import type { Action } from '../model/action.ts';
import type { Approval } from '../model/approval.ts';
import type { FileChange } from '../model/change.ts';
import type { Attendance, CheckoutGuard, OwnFiles } from '../model/checkout.ts';
import type { Checkpoint } from '../model/checkpoint.ts';
import type { CleanupOptions, CleanupReport } from '../model/cleanup.ts';
import type { Conflict, Resolution } from '../model/conflict.ts';
import type { Correction } from '../model/correction.ts';
import type { Decision } from '../model/decision.ts';
import type { PlanEvent } from '../model/event.ts';
import type { ExportOptions, ImportReport } from '../model/export.ts';
import type { Invariant, InvariantDraft } from '../model/invariant.ts';
import type { LogLine, LogOptions } from '../model/log-line.ts';
import type { PlanRecord } from '../model/plan.ts';
import type { Profile } from '../model/profile.ts';
import type { ToolCall } from '../model/tool.ts';
import type { Agent } from '../ports/agent.ts';
import type { Clock } from '../ports/clock.ts';
import type { GlobalInvariantStore } from '../ports/global-invariants.ts';
import type { Project } from '../ports/project.ts';
import type { Resource } from '../ports/resource.ts';
import type { StoreOpener } from '../ports/store.ts';
import type { Tool } from '../ports/tool.ts';
import type { ApplyOptions, ApplyPreview } from './apply/prepare.ts';
import type { PartRejection } from './apply/reject-parts.ts';
import type { ReviewedFile } from './apply/selection.ts';
import type { ApprovalHandler } from './approvals/wait-for-approval.ts';
import type { ConflictDetails, ResolutionChoice } from './conflicts/resolve.ts';
import type { StrategyDraft, StrategyEditReport } from './correction/edit-strategy.ts';
import type { CorrectionReport, CorrectOptions } from './correction/prepare.ts';
import type { ForkOptions } from './fork/fork-spec.ts';
import type { InvariantTarget } from './invariants/invariants.ts';
import type { RollbackReport } from './rollback/prepare.ts';

export interface TroupeOptions {
  store: StoreOpener;
  project: Project;
  /** Agents of the host, by name; actions may also describe theirs in place. */
  agents?: Record<string, Agent>;
  /** Tools added to the built-in ones. */
  tools?: Tool[];
  /** What in the project does not merge as files do: databases, indexes. @default none */
  resources?: Resource[];
  /** Where what holds for every project is kept. @default none: there is nothing global */
  globalInvariants?: GlobalInvariantStore;
  clock?: Clock;
  /** Root plans executing at once; more wait. @default 4 */
  concurrency?: number;
  /** Agents at work at once, by name, or by kind (`steps`, `script`, `command`) of those described in place; more wait. @default no limit */
  agentLimits?: Readonly<Record<string, number>>;
  /** Agents at work at once on this machine, in all processes that share the folder. @default no limit */
  machine?: { agentLimit: number; folder: string };
  /** How deep subplans may nest. @default 5 */
  depthMax?: number;
  /** Profile of plans whose action and caller name none. @default 'supervised' */
  profile?: string;
  /** Profiles beside the eight that are built in, and in place of those of the same name. @default none */
  profiles?: Profile[];
  /** Who reconciles the invariants of plans whose action says nothing of it; null: nobody. @default 'builtin' */
  reconciliation?: 'builtin' | null;
  /** What plans do where files of the checkout change while an agent works, unless their action says so. @default see `attended` */
  checkoutGuard?: CheckoutGuard;
  /** What Troupe itself writes, which is no change of a checkout, wherever it is. @default the output of this process */
  ownFiles?: OwnFiles;
  /** Asked when a tool call needs a person. @default nobody: the call waits for `Plan.approve` or `Plan.deny` */
  onApprovalRequest?: ApprovalHandler;
  /** Environment variables agents and checks see, beside PATH, HOME, LANG, TMPDIR as given here. @default {} */
  env?: Record<string, string>;
  /** Values that no log may hold, by the name that is written in their place; those shorter than six characters are. @default none */
  secrets?: Readonly<Record<string, string>>;
  /** Folder for step logs. @default none: logs are kept in memory only, bounded. */
  logs?: string;
  /** Bytes kept of one plan's log in that folder, over all its tries; the oldest lines go first. @default 256 MiB */
  logBytesMax?: number;
  /** Take up unfinished plans at once. Read-only clients say false; a command then takes them up. @default true */
  resume?: boolean;
}

export interface UseOptions {
  /** Name of a stored action, or an action itself. */
  action: string | Action;
  /** The goal in one line; default the action's description. */
  goal?: string;
  arguments?: Record<string, unknown>;
  profile?: string;
  /** Commit, branch or tag to start from. @default HEAD */
  base?: string;
  /** The checkout of the repository to start from, where that is another worktree. @default the project's own */
  from?: string;
  /** Aliases of further projects the plan works on. @default only the first project */
  projects?: readonly string[];
  /** Ask the remote first; without a base, start where the branch that is followed stands. @default false */
  fetch?: boolean;
  invariants?: InvariantDraft[];
  /** A plan that changes nothing may be applied: it ends applied, without a commit. @default false */
  allowEmpty?: boolean;
  /** Run checks although they passed before on the same files with the same command and environment. @default false */
  recheck?: boolean;
  /** Folder against which modules and programs of the action are found. @default the project's root */
  actionDir?: string;
  /** Start Strategize at once whatever the profile says (true), never (false), or as the profile says (undefined). */
  start?: boolean;
  /**
   * Starts the plan and continues to Execute without a stop after Strategize: in any case, or unless its profile has a
   * strategy reviewed. The plan keeps it, so that one whose process ended continues the same. @default as the profile says
   */
  execute?: 'always' | 'unlessReviewed';
  /** Who is there where the plan is made, which decides on `checkoutGuard` where neither action nor options do. @default nobody */
  attended?: Attendance;
}

export interface PlanTree {
  plan: PlanRecord;
  children: PlanTree[];
}

export interface Actions {
  /** From YAML text or an object; unknown keys are refused by name. It may extend a stored one, by name. @throws {TroupeError} INVALID_ACTION, UNKNOWN_KEY, INVALID_NAME */
  create(source: string | Record<string, unknown>, where?: string): Promise<Action>;
  /** The action as `create` would store it, without storing it. @throws {TroupeError} as `create` */
  read(source: string | Record<string, unknown>, where?: string): Promise<Action>;
  /** @throws {TroupeError} UNKNOWN_ACTION */
  get(name: string): Promise<Action>;
  list(): Promise<Action[]>;
}

export interface Troupe extends AsyncDisposable {
  readonly actions: Actions;
  use(options: UseOptions): Promise<Plan>;
  /** A new plan from a checkpoint of any plan, finished ones included. @throws {TroupeError} UNKNOWN_PLAN, UNKNOWN_CHECKPOINT */
  fork(options: ForkOptions): Promise<Plan>;
  /** By id or unambiguous beginning or end of one; without one, the newest root plan, finished or not. @throws {TroupeError} UNKNOWN_PLAN */
  plan(id?: string): Promise<Plan>;
  plans(options?: { all?: boolean; children?: boolean }): Promise<PlanRecord[]>;
  tree(planId: string): Promise<PlanTree>;
  /** Every event of every plan from now on. Events are frozen: every reader has the same ones. */
  events(options?: { signal?: AbortSignal }): AsyncIterable<PlanEvent>;
  /**
   * What the actors of plans do, after it is on disk, from the present on: charts, states, messages. Waits while none are
   * raised. Who falls behind gets the present again.
   */
  traces(options?: { signal?: AbortSignal }): AsyncIterable<TraceBatch>;
  /** Takes up unfinished plans; done by itself unless `resume: false` was given. Returns their ids. */
  resume(): Promise<string[]>;
  /**
   * Sandboxes, refs, logs and records that nobody needs any more, with what each takes. A plan that lives is never
   * touched, and no files are removed that are not in a ref. Only tells, unless `dryRun` is false.
   */
  cleanUp(options?: CleanupOptions): Promise<CleanupReport>;
  /**
   * A rule for plans that are named (one invariant each), for every plan of this project, or of every project. It is in
   * force from each plan's next boundary on. @throws {TroupeError} INVALID_INVARIANT, UNKNOWN_PLAN, USAGE, PHASE_GUARD
   */
  addInvariant(draft: z.input<typeof InvariantDraft>, reach: InvariantTarget): Promise<Invariant[]>;
  /** Rules of the project and global ones; with a plan, those in force in it by precedence. @throws {TroupeError} UNKNOWN_PLAN */
  invariants(options?: { plan?: string }): Promise<Invariant[]>;
  /** By id or the end of one. @throws {TroupeError} UNKNOWN_INVARIANT */
  removeInvariant(invariant: string): Promise<Invariant>;
  /**
   * Takes in what `Plan.export` wrote into `file` (an absolute path): all of it or, when a line was changed, dropped or
   * moved, nothing. A plan that was not finished is taken in as ended: it goes on where it came from.
   * @throws {TroupeError} EXPORT_DAMAGED naming the line, PLAN_EXISTS, BASE_MISSING, STORE_FORMAT
   */
  import(file: string): Promise<ImportReport>;
  close(): Promise<void>;
}

export interface ApproveOptions {
  /** Id of the one that is meant, or the end of it. @default all that wait */
  approval?: string;
  /** @default false */
  always?: boolean;
}

export interface DenyOptions {
  approval?: string;
  /** What the agent is told. */
  reason?: string;
}

/** A plan as somebody looked at it: where it stood, and when it last changed. */
export type PlanVersion = Pick<PlanRecord, 'phase' | 'state' | 'attempt' | 'updatedAt'>;

/** Two states to compare. Without any: from the plan's base as far as it has come. */
export interface DiffRange {
  /** A plan or a checkpoint, by id or the end of one. @default this plan, when `to` is given */
  from?: string;
  to?: string;
  /** What one correction changed, by its id or the end of it. */
  correction?: string;
}

export interface Plan {
  readonly id: string;
  record(): Promise<PlanRecord>;
  /** The same plan; a command given to it is refused with LOCK_CONFLICT once the plan is no longer as it was seen. */
  ifUnchangedSince(seen: PlanVersion): Plan;
  /**
   * Whatever is next on the way to a reviewed result. A plan whose process ended is taken up where it was.
   * @throws {TroupeError} PHASE_GUARD; LOCK_CONFLICT when it is at work already: of two at the same time one wins
   */
  execute(): Promise<void>;
  /**
   * Lands the reviewed result, or part of it. Calling it is the approval.
   * @throws {TroupeError} PHASE_GUARD, NOTHING_TO_APPLY, DIRTY_CHECKOUT, USAGE (a part the result does not have)
   */
  apply(options?: ApplyOptions): Promise<void>;
  /** What `apply` would land, where, and what would keep it from there. Changes nothing. @throws {TroupeError} PHASE_GUARD, USAGE */
  previewApply(options?: ApplyOptions): Promise<ApplyPreview>;
  /** The reviewed result in parts: files, and hunks counted as `path#2`. @throws {TroupeError} PHASE_GUARD */
  review(): Promise<ReviewedFile[]>;
  /**
   * Takes parts out of the result and asks a subplan to do them otherwise, told why: a correction by `append`. The
   * result is not waited for.
   * @throws {TroupeError} PHASE_GUARD, USAGE, SANDBOX_EDITED unless forced
   */
  reject(rejections: PartRejection[], options?: { dryRun?: boolean; force?: boolean }): Promise<CorrectionReport>;
  /** Tool calls of this plan and all below it that wait for a person, or did; in the order of asking. */
  approvals(): Promise<Approval[]>;
  /**
   * Lets wait no longer what waits for a person: one call, or all in this plan and below it. `always`: later calls of the
   * same tool in the plan and its subplans too, and in no other plan. @throws {TroupeError} PHASE_GUARD when nothing waits
   */
  approve(options?: ApproveOptions): Promise<Approval[]>;
  /** The same, with a no: the call is refused, and the agent hears why. @throws {TroupeError} PHASE_GUARD */
  deny(options?: DenyOptions): Promise<Approval[]>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  cancel(reason?: string): Promise<void>;
  /** Back to strategize.queued, at most three times. @throws {TroupeError} REVERSION_LIMIT, PHASE_GUARD */
  revert(guidance?: string): Promise<void>;
  prompt(guidance: string): Promise<void>;
  /**
   * Settles a conflict, or one hunk of it (counted from 1; `path#2` says the same). When none is left the merge goes on.
   * @throws {TroupeError} UNKNOWN_CONFLICT, CONFLICT_RESOLVED, USAGE
   */
  resolve(path: string, take: ResolutionChoice, options?: { hunk?: number }): Promise<void>;
  decisions(options?: { superseded?: boolean }): Promise<Decision[]>;
  conflicts(): Promise<(Conflict & { resolution: Resolution | null })[]>;
  /** One conflict with what its hunks say, and what may be suggested. @throws {TroupeError} UNKNOWN_CONFLICT */
  conflict(path: string): Promise<ConflictDetails>;
  checkpoints(): Promise<Checkpoint[]>;
  /** Keeps the sandbox as it stands, to come back to. @throws {TroupeError} PHASE_GUARD before there is a sandbox */
  checkpoint(label?: string): Promise<Checkpoint>;
  /** By id, the end of one, or label. @throws {TroupeError} UNKNOWN_CHECKPOINT */
  deleteCheckpoint(checkpoint: string): Promise<void>;
  /**
   * Back to a checkpoint, all or nothing: files, decisions, children, the machine; then the plan waits in
   * execute.queued. The present is kept as a checkpoint first. A dry run changes nothing and tells the same.
   * @throws {TroupeError} UNKNOWN_CHECKPOINT, PHASE_GUARD, SANDBOX_LOST, CHECKPOINT_LOST, SANDBOX_EDITED unless forced
   */
  rollback(checkpoint: string, options?: { force?: boolean; dryRun?: boolean }): Promise<RollbackReport>;
  /**
   * One decision made otherwise, and what came of it run again (`revert`), or something done besides (`append`). All or
   * nothing; the attempt before is kept in a checkpoint, and going back to that undoes it. The result is not waited for.
   * @throws {TroupeError} UNKNOWN_DECISION, NOT_CORRECTABLE, PHASE_GUARD, SANDBOX_EDITED unless forced, CHECKPOINT_LOST
   */
  correct(decision: string, options: CorrectOptions): Promise<CorrectionReport>;
  /** What the strategy decided and the subplans it made, as a person may change it. */
  strategyDraft(): Promise<StrategyDraft>;
  /**
   * The strategy as a person would have it, before anything is done. What differs is recorded anew; what it was stays, as
   * superseded. Entries without an id are new, those left out are withdrawn. @throws {TroupeError} PHASE_GUARD, INVALID_DECISION
   */
  editStrategy(draft: StrategyDraft, options?: { dryRun?: boolean }): Promise<StrategyEditReport>;
  /** Corrections and edits that were carried out, oldest first. */
  corrections(): Promise<Correction[]>;
  toolCalls(): Promise<ToolCall[]>;
  changes(options?: DiffRange): Promise<FileChange[]>;
  /**
   * What the plan changed, or what lies between two states.
   * @throws {TroupeError} UNKNOWN_PLAN, UNKNOWN_CORRECTION
   */
  diff(options?: DiffRange & { stat?: boolean; paths?: string[] }): Promise<string>;
  /** What agents and checks of the plan and of its subplans printed, in the order of printing. */
  logs(options?: LogOptions & { signal?: AbortSignal }): AsyncIterable<LogLine>;
  /** The plan's root with all below it as lines to keep in a file: records, decisions, checkpoints, journal, files. */
  export(options?: ExportOptions & { signal?: AbortSignal }): AsyncIterable<string>;
  /**
   * Events of this plan and its children from the first (or after `seq`); ends when the plan rests or is final, with
   * `rests` only when it is final. Events are frozen.
   */
  events(options?: { after?: string; rests?: boolean; signal?: AbortSignal }): AsyncIterable<PlanEvent>;
  /** Resolves when a person or a profile must decide what is next, or the plan is final. */
  waitUntilIdle(options?: { signal?: AbortSignal }): Promise<PlanRecord>;
  /**
   * Resolves when the checks before a phase (preflight, invariants) are over: at once where none are under way. Of a plan
   * that was refused `refusedPhase(record)` says where, and `error` why.
   */
  waitForPreflight(options?: { signal?: AbortSignal }): Promise<PlanRecord>;
}
