/** Entry point `troupe`: runs plans on a project. You send commands and receive events. */

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
export type { Approval, ApprovalAnswer } from './model/approval.ts';
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
export type { MergedAdjacent } from './model/merged-adjacent.ts';
export { Alias, Name } from './model/name.ts';
export type { Phase, PlanRecord, PlanState } from './model/plan.ts';
export { planTitle } from './model/plan-title.ts';
export { type ModelPrice, PriceTable } from './model/price.ts';
export { type Profile, thresholdNames } from './model/profile.ts';
export { createRedactor, type Redactor } from './model/redactor.ts';
export { assertStarted, type RestingState, rejectedPhase } from './model/rejected-phase.ts';
export { requestText } from './model/request-text.ts';
export { CommitMessage, Finding, formatFinding } from './model/review.ts';
export { reviewsStrategy } from './model/reviews-strategy.ts';
export { describeIssue, describeIssues } from './model/schema-messages.ts';
export { redact } from './model/secrets.ts';
export { shellQuote } from './model/shell-quote.ts';
export { type ProjectResult, splitByProject } from './model/split-by-project.ts';
export type { Suggestion } from './model/suggestion.ts';
export type { ApplyTarget } from './model/target.ts';
export { TargetChange } from './model/target-checkout.ts';
export type { WorkerInfo } from './model/worker-info.ts';
export { openTroupe } from './open-troupe.ts';
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
export type { ConflictDetails, ConflictTexts, ResolutionChoice } from './runtime/conflicts/resolve.ts';
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
export { watchPlans } from './watch-plans.ts';
