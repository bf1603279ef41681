/** `troupe`: plans on a project, in by command and out by event. */
import { type FileLogsOptions, fileLogs } from './adapters/file-logs.ts';
import { askModule } from './adapters/invariant-module.ts';
import { machineTurns } from './adapters/machine-turns.ts';
import { memoryLogs } from './adapters/memory-logs.ts';
import { locate } from './adapters/process/locate.ts';
import { belowAny, outputsAmong, ownOutputs } from './adapters/process/outputs.ts';
import { callRoll } from './adapters/process/roll.ts';
import { sightings } from './adapters/process/sightings.ts';
import { redactedLogs } from './adapters/redacted-logs.ts';
import { findSecrets } from './adapters/secret-scan.ts';
import { systemClock } from './adapters/system-clock.ts';
import { guardWork } from './adapters/uncaught.ts';
import { redactorOf } from './model/redactor.ts';
import type { Troupe, TroupeOptions } from './runtime/api.ts';
import { redactedRun } from './runtime/redaction.ts';
import { type Watch, type WatchOptions, watchPlans as watch } from './runtime/views/watch.ts';

/**
 * Opens Troupe on a store and a project. Unfinished plans are taken up at once, exactly where the last commit left them.
 *
 * @example
 * await using troupe = await openTroupe({ store: levelStore('.git/troupe/store'), project: gitProject('.') });
 * const plan = await troupe.use({ action: 'local/rename' });
 * @throws {Fault} STORE_LOCKED, STORE_DAMAGED, STORE_FORMAT, RESTORE_FAILED, INVALID_NAME
 */
export async function openTroupe(options: TroupeOptions): Promise<Troupe> {
  // The machines and what they work with: not for those who only ask a process that has the store.
  const [{ openRuntime }, { agentsFor }, { builtinTools }, { globMatches }] = await Promise.all([
    import('./runtime/troupe.ts'),
    import('./adapters/agents/agents-for.ts'),
    import('./adapters/tools/builtin.ts'),
    import('./adapters/glob-matches.ts'),
  ]);
  const clock = options.clock ?? systemClock();
  const env = options.env ?? {};
  const roll = callRoll();
  const ticks = { now: () => clock.now() };
  const redactor = redactorOf(options.secrets);
  const seen = sightings();
  const run: typeof roll.run = options => seen.while(() => roll.run(options));
  const { folders, outputs } = options.ownFiles ?? { folders: [], outputs: ownOutputs };
  return openRuntime(options, {
    clock,
    agents: agentsFor({ registered: options.agents ?? {}, env, run: redactedRun(run, redactor) }),
    tools: [...builtinTools({ env, clock, run }), ...(options.tools ?? [])],
    run: redactedRun(options => run({ ...options, clock }), redactor),
    checkouts: {
      watch: seen.watch,
      ownFiles: async paths =>
        new Set([...(await belowAny(paths, folders)), ...(await outputsAmong(paths, outputs()))]),
    },
    locate: (program, env) => locate(program, '/', env),
    guard: guardWork,
    ended: roll.ended,
    takeOver: roll.takeOver,
    matches: globMatches,
    secrets: findSecrets,
    askModule,
    machine:
      options.machine === undefined
        ? null
        : machineTurns({ most: options.machine.agentsAtOnce, folder: options.machine.folder }),
    logs: redactedLogs(
      options.logs === undefined ? memoryLogs(ticks) : fileLogs(options.logs, { ...ticks, ...bytesMaxOf(options) }),
      redactor,
    ),
    redactor,
  });
}

function bytesMaxOf({ logBytesMax }: TroupeOptions): FileLogsOptions {
  return logBytesMax === undefined ? {} : { bytesMax: logBytesMax };
}

/**
 * What a window shows of all plans, kept current: of any Troupe, this process's own or another's.
 *
 * @example
 * await using watch = watchPlans(troupe);
 * watch.listen(() => console.log(needsOf(watch.look().plans)));
 */
export function watchPlans(troupe: Troupe, options: Partial<WatchOptions> = {}): Watch {
  return watch(troupe, { clock: systemClock(), ...options });
}

export { ownOutputs } from './adapters/process/outputs.ts';
export { shelfFolder } from './adapters/shelf-folder.ts';
export { stateFolder } from './adapters/state-folder.ts';
export { containUncaught } from './adapters/uncaught.ts';
export { Action } from './model/action.ts';
export { type ActionKey, type ActionKeySection, actionKeys } from './model/action-keys.ts';
export { affectedBy } from './model/affected.ts';
export type { AgentRef, AgentSpec } from './model/agent.ts';
export type { Approval, ApprovalAnswer } from './model/approval.ts';
export { type Attended, type CheckoutChange, CheckoutGuard, type OutputIdentity } from './model/checkout.ts';
export type { Checkpoint, RevertedFile } from './model/checkpoint.ts';
export type { CleanupItem, CleanupOptions, CleanupReport } from './model/cleanup.ts';
export type { AdjacentValues, Conflict, Resolution } from './model/conflict.ts';
export type { Correction, CorrectionMode } from './model/correction.ts';
export { type Decision, isSpawn, SpawnPayload } from './model/decision.ts';
export type { PlanEvent } from './model/event.ts';
export type { ExportHead, ExportLine, ExportOptions, ImportReport } from './model/export.ts';
export { Fault, type FaultCategory, type FaultCode, faultTable, hintsMax, type StoredFault } from './model/fault.ts';
export type { MendReport, StoreHealth } from './model/health.ts';
export type { Invariant, InvariantDraft } from './model/invariant.ts';
export { inWords } from './model/issue-words.ts';
export { AfterLanding, CommitNote, LandedPart, patchOf } from './model/landing.ts';
export { type LogLine, type LogOptions, lastLinesOf } from './model/log-line.ts';
export { Alias, Name } from './model/name.ts';
export { type ProjectAccount, perProject } from './model/per-project.ts';
export { TargetChange } from './model/places.ts';
export type { Phase, PlanRecord, PlanState } from './model/plan.ts';
export { type Profile, reviewsStrategy, thresholdNames } from './model/profile.ts';
export { type Redactor, redactorOf } from './model/redactor.ts';
export { assertStarted, type Refused, refusedPhase } from './model/refusal.ts';
export { CommitMessage, Finding, findingLine } from './model/review.ts';
export { redact } from './model/secrets.ts';
export { shellWord, withOperand } from './model/shell-word.ts';
export type { Suggestion } from './model/suggestion.ts';
export type { ApplyTarget } from './model/target.ts';
export type { Agent, AgentAnswer, AgentTask, ToolCaller } from './ports/agent.ts';
export type { Clock } from './ports/clock.ts';
export type { Project } from './ports/project.ts';
export type { Resource, ResourceConflict, ResourceSides } from './ports/resource.ts';
export type { Shelf } from './ports/shelf.ts';
export type { Durability, Operation, Store, StoreOpener } from './ports/store.ts';
export type { Tool, ToolContext } from './ports/tool.ts';
export { parseAction } from './runtime/actions.ts';
export type {
  Actions,
  ApproveOptions,
  Between,
  DenyOptions,
  Plan,
  PlanTree,
  Troupe,
  TroupeOptions,
  UseOptions,
} from './runtime/api.ts';
export type { ConflictView, Take } from './runtime/conflicts.ts';
export type { Approve } from './runtime/consents.ts';
export type { CorrectionReport, CorrectOptions } from './runtime/correcting.ts';
export { type EditReport, PlanDraft } from './runtime/editing.ts';
export { readExport } from './runtime/export/take-in.ts';
export { extended as extendAction, type FindBase, type Written } from './runtime/extending.ts';
export type { ForkOptions } from './runtime/forking.ts';
export { checkStore } from './runtime/health/check-store.ts';
export { mendStore } from './runtime/health/mend-store.ts';
export { redactStore } from './runtime/health/redact-store.ts';
export type { Reach } from './runtime/invariants.ts';
export type { ApplyOptions, LandingPreview } from './runtime/landing.ts';
export { matchesId } from './runtime/match-id.ts';
export type { ReviewedFile } from './runtime/parts.ts';
export { ProfileDraft, profileFrom, profileNames, profileOf, profilePurposes } from './runtime/profiles.ts';
export type { Rejection } from './runtime/rejecting.ts';
export type { RollbackReport } from './runtime/returning.ts';
export type { Detail } from './runtime/views/detail.ts';
export { type Ask, asksOf, type Need, type NeedKind, needOf, needsOf } from './runtime/views/needs.ts';
export type { PlanLine, Rest } from './runtime/views/plan-line.ts';
export { childrenOf, type Plans } from './runtime/views/plans.ts';
export type { SubplanLine, Subplans } from './runtime/views/subplans.ts';
export { type Progress, progressOf, type TreeRow, treeRows } from './runtime/views/tree.ts';
export type { Views, Watch, WatchOptions } from './runtime/views/watch.ts';
export { type WhyWaiting, whyWaiting } from './runtime/views/why-waiting.ts';
