/** Entry point `troupe`: runs plans on a project. You send commands and receive events. */

import { systemClock } from './adapters/clocks/system-clock.ts';
import { inProcessDispatcher } from './adapters/dispatch/in-process.ts';
import { type FileLogsOptions, fileLogs } from './adapters/logs/file-logs.ts';
import { memoryLogs } from './adapters/logs/memory-logs.ts';
import { withRedaction } from './adapters/logs/redacted-logs.ts';
import { locateProgram } from './adapters/process/locate.ts';
import { filesBelow, outputsAmong, ownOutputs } from './adapters/process/own-outputs.ts';
import { guardWork } from './adapters/process/uncaught-errors.ts';
import { createRedactor, type Redactor } from './model/redactor.ts';
import type { Clock } from './ports/clock.ts';
import type { ProcessResult, RunProcess } from './ports/process.ts';
import type { Troupe } from './runtime/api.ts';
import { assertTroupeOptions } from './runtime/assert-options.ts';
import type { WorkDependencies } from './runtime/dependencies.ts';
import type { TroupeOptions } from './runtime/options.ts';
import { type LiveView, type LiveViewOptions, watchPlans as watch } from './runtime/views/live-view.ts';

/**
 * Opens Troupe on a store and a project. Unfinished plans resume at once, exactly at their last commit.
 *
 * @example
 * await using troupe = await openTroupe({ store: levelStore('.git/troupe/store'), project: gitProject('.') });
 * const plan = await troupe.use({ action: 'local/rename' });
 * @throws {TroupeError} STORE_LOCKED, STORE_DAMAGED, STORE_FORMAT, RESTORE_FAILED, INVALID_NAME
 * @throws {TypeError} for a missing store or project, an agent that is none, and a limit below its least value
 */
export async function openTroupe(options: TroupeOptions): Promise<Troupe> {
  assertTroupeOptions(options);
  // Load nothing here that a process which attaches to an owner, or only reads plans, does not need.
  const { openRuntime } = await import('./runtime/troupe.ts');
  const clock = options.clock ?? systemClock();
  const ticks = { now: () => clock.now() };
  const redactor = createRedactor(options.secrets);
  let work: Promise<WorkDependencies> | undefined;
  return openRuntime(options, {
    clock,
    redactor,
    logs: withRedaction(
      options.logs === undefined ? memoryLogs(ticks) : fileLogs(options.logs, { ...ticks, ...bytesMaxOf(options) }),
      redactor,
    ),
    loadWork() {
      work ??= loadWork(options, { clock, redactor });
      return work;
    },
  });
}

/** Loads what running plans work with: agents, tools, programs, slots. */
async function loadWork(
  options: TroupeOptions,
  { clock, redactor }: { clock: Clock; redactor: Redactor },
): Promise<WorkDependencies> {
  const [
    { describeAgents, resolveAgents },
    { builtinTools },
    { matchesGlob },
    { openProcessRegistry },
    { createFileWriters },
    { findSecrets },
    { runInvariantModule },
    { openMachineSlots },
    { redactOutput },
  ] = await Promise.all([
    import('./adapters/agents/resolve-agents.ts'),
    import('./adapters/tools/builtin.ts'),
    import('./adapters/fs/glob.ts'),
    import('./adapters/process/process-registry.ts'),
    import('./adapters/process/file-writers.ts'),
    import('./adapters/secrets/secret-scan.ts'),
    import('./adapters/modules/run-invariant-module.ts'),
    import('./adapters/slots/machine-slots.ts'),
    import('./runtime/secrets/redaction.ts'),
  ]);
  const env = options.env ?? {};
  const roll = openProcessRegistry();
  const seen = createFileWriters();
  const run: typeof roll.run = options => seen.while(() => roll.run(options));
  const { folders, outputs } = options.ownFiles ?? { folders: [], outputs: ownOutputs };
  const agents = resolveAgents({
    registered: options.agents ?? {},
    env,
    agentEnv: options.agentEnv ?? {},
    prices: options.prices ?? {},
    run: redactOutput(run, redactor),
  });
  const runWithClock = redactOutput<Parameters<RunProcess>[0], ProcessResult>(
    options => run({ ...options, clock }),
    redactor,
  );
  const local = inProcessDispatcher({ agents, run: runWithClock });
  const describe = describeAgents(options.agents ?? {});
  const shared = options.workers?.({ local, agents, describe, root: options.project.root }) ?? null;
  return {
    agents,
    dispatcher: shared ?? local,
    tools: [...builtinTools({ env, clock, run }), ...(options.tools ?? [])],
    run: runWithClock,
    checkouts: {
      watch: seen.watch,
      ownFiles: async paths =>
        new Set([...(await filesBelow(paths, folders)), ...(await outputsAmong(paths, outputs()))]),
    },
    locate: (program, env) => locateProgram(program, '/', env),
    guard: guardWork,
    waitForExit: roll.waitForExit,
    async killOrphans(isOurs) {
      void shared?.sweep(isOurs).catch(() => undefined);
      return roll.killOrphans(isOurs);
    },
    matches: matchesGlob,
    secrets: findSecrets,
    askModule: runInvariantModule,
    machine:
      options.machine === undefined
        ? null
        : openMachineSlots({ most: options.machine.agentLimit, folder: options.machine.folder }),
  };
}

function bytesMaxOf({ logBytesMax }: TroupeOptions): FileLogsOptions {
  return logBytesMax === undefined ? {} : { bytesMax: logBytesMax };
}

/**
 * Keeps an up-to-date view of all plans, as a user interface needs it. Works with any Troupe: this process's own or
 * one that another process owns.
 *
 * @example
 * await using view = watchPlans(troupe);
 * view.subscribe(events => console.log(events.length, 'events,', Object.keys(view.snapshot().plans).length, 'plans'));
 */
export function watchPlans(troupe: Troupe, options: Partial<LiveViewOptions> = {}): LiveView {
  return watch(troupe, { clock: systemClock(), ...options });
}

export { stateDir } from './adapters/fs/state-dir.ts';
export { globalInvariantFolder } from './adapters/invariants/global-invariant-folder.ts';
export { ownOutputs } from './adapters/process/own-outputs.ts';
export { handleUncaught } from './adapters/process/uncaught-errors.ts';
export type { PersistedState } from './durable/actor-row.ts';
export type { ActorSnapshot, StepSnapshot, TimerSnapshot } from './durable/snapshot.ts';
export { Action } from './model/action.ts';
export { type ActionKey, type ActionKeySection, actionKeys } from './model/action-keys.ts';
export { withoutPassword } from './model/address.ts';
export { type AgentRef, AgentSpec } from './model/agent.ts';
export type { RecordedSession } from './model/agent-session.ts';
export { AppliedPart, CommitTrailers, PostApplyHook, patchPath } from './model/apply.ts';
export { type Approval, type ApprovalAnswer, requestText } from './model/approval.ts';
export { attemptsPath, type BestOf } from './model/best-of.ts';
export { Bisection, formatBisection } from './model/bisection.ts';
export { type Attendance, type CheckoutChange, CheckoutGuard, type OutputIdentity } from './model/checkout.ts';
export type { Checkpoint, RevertedFile } from './model/checkpoint.ts';
export type { CleanupItem, CleanupOptions, CleanupReport } from './model/cleanup.ts';
export { closest } from './model/closest.ts';
export { type CommandHint, commandHint, type Hint, withOptions } from './model/command-hint.ts';
export type { AdjacentValues, Conflict, Resolution } from './model/conflict.ts';
export type { Correction, CorrectionMode } from './model/correction.ts';
export { type Decision, isSpawn, SpawnPayload } from './model/decision.ts';
export { affectedBy } from './model/downstream-decisions.ts';
export {
  type ErrorCategory,
  type ErrorCode,
  errorCodes,
  hintsMax,
  type SerializedError,
  TroupeError,
} from './model/errors.ts';
export type { PlanEvent } from './model/event.ts';
export type { ExportHeader, ExportLine, ExportOptions, ImportReport } from './model/export.ts';
export type { StoreHealth, StoreRepairReport } from './model/health.ts';
export type { Invariant, InvariantDraft } from './model/invariant.ts';
export { type LogLine, type LogOptions, parseLastLines } from './model/log-line.ts';
export { Alias, Name } from './model/name.ts';
export type { Phase, PlanRecord, PlanState } from './model/plan.ts';
export { planTitle } from './model/plan-title.ts';
export { type ModelPrice, PriceTable } from './model/price.ts';
export { type Profile, reviewsStrategy, thresholdNames } from './model/profile.ts';
export { createRedactor, type Redactor } from './model/redactor.ts';
export { assertStarted, type RestingState, rejectedPhase } from './model/rejected-phase.ts';
export { CommitMessage, Finding, formatFinding } from './model/review.ts';
export { describeIssue } from './model/schema-messages.ts';
export { redact } from './model/secrets.ts';
export { shellQuote } from './model/shell-quote.ts';
export { type ProjectResult, splitByProject } from './model/split-by-project.ts';
export type { Suggestion } from './model/suggestion.ts';
export type { ApplyTarget } from './model/target.ts';
export { TargetChange } from './model/target-checkout.ts';
export type { WorkerInfo } from './model/worker-info.ts';
export type { Agent, AgentAnswer, AgentTask, ToolCaller } from './ports/agent.ts';
export type { Clock } from './ports/clock.ts';
export type { GlobalInvariantStore } from './ports/global-invariants.ts';
export type { Project } from './ports/project.ts';
export type { ProjectMerges } from './ports/project-merges.ts';
export type { ProjectPins } from './ports/project-pins.ts';
export type { ProjectSandboxes } from './ports/project-sandboxes.ts';
export type { ProjectTrees } from './ports/project-trees.ts';
export type { Resource, ResourceConflict, ResourceSides } from './ports/resource.ts';
export type { Durability, Operation, Store, StoreOpener } from './ports/store.ts';
export type { Tool, ToolContext } from './ports/tool.ts';
export {
  type ActionSource,
  type LoadBase,
  resolveExtends as extendAction,
} from './runtime/actions/action-inheritance.ts';
export { parseAction } from './runtime/actions/actions.ts';
export type {
  Actions,
  CheckpointDetails,
  DiffRange,
  Plan,
  PlanCheckpoints,
  PlanConflicts,
  PlanReview,
  PlanTree,
  Troupe,
} from './runtime/api.ts';
export type { ApplyOptions } from './runtime/apply/apply-options.ts';
export type { ApplyPreview } from './runtime/apply/prepare.ts';
export type { PartRejection } from './runtime/apply/reject-parts.ts';
export type { ReviewedFile } from './runtime/apply/selection.ts';
export type { AnswerOptions, ApproveOptions, DenyOptions } from './runtime/approvals/approval-options.ts';
export type { ApprovalHandler } from './runtime/approvals/wait-for-approval.ts';
export type { ConflictDetails, ResolutionChoice } from './runtime/conflicts/resolve.ts';
export { StrategyDraft, type StrategyEditReport } from './runtime/correction/edit-strategy.ts';
export type { CorrectionReport, CorrectOptions } from './runtime/correction/prepare.ts';
export { readExport } from './runtime/export/import.ts';
export type { ForkOptions } from './runtime/fork/fork-spec.ts';
export { checkStore } from './runtime/health/check-store.ts';
export { redactStore } from './runtime/health/redact-store.ts';
export { repairPlanStore } from './runtime/health/repair-store.ts';
export type { InvariantTarget } from './runtime/invariants/invariants.ts';
export type { TroupeOptions, UseOptions } from './runtime/options.ts';
export { matchesId } from './runtime/plans/match-id.ts';
export {
  createProfile,
  findProfile,
  ProfileDraft,
  profileDescriptions,
  profileNames,
} from './runtime/profiles/profiles.ts';
export type { RollbackReport } from './runtime/rollback/prepare.ts';
export {
  type AttentionItem,
  type AttentionKind,
  approvalsByPlan,
  attentionItems,
  attentionKind,
  type WaitingApproval,
} from './runtime/views/attention.ts';
export type { LiveView, LiveViewOptions, PlanViews } from './runtime/views/live-view.ts';
export type { PlanDetail } from './runtime/views/plan-detail.ts';
export { childrenByParent, type PlanSummaries } from './runtime/views/plan-summaries.ts';
export type { PlanSummary, RestingInfo } from './runtime/views/plan-summary.ts';
export { type ChildProgress, childProgress, type PlanTreeRow, planTreeRows } from './runtime/views/plan-tree-rows.ts';
export type { SubplanStatuses, SubplanStatusOfParent } from './runtime/views/subplan-statuses.ts';
export { type WaitReason, waitReason } from './runtime/views/wait-reason.ts';
