/** Entry point `troupe/machines`: the machines, for drawing, embedding and model tests, and the status of a plan. */

export { type ApplyFailure, type ApplyMachineInput, type ApplyMachineOutput, applyMachine } from './apply.machine.ts';
export { type CorrectionInput, type CorrectionOutput, correctionMachine } from './correction.machine.ts';
export type { EffectInput, EffectName, EffectOutput } from './effects.ts';
export type { MergeInput, MergeOutput } from './merge/events.ts';
export { mergeMachine } from './merge/merge.machine.ts';
export { type PartialApplyInput, type PartialApplyOutput, partialApplyMachine } from './partial-apply.machine.ts';
export { createPlanContext, type PlanContext, type PlanInput, type PlanPosition } from './plan/context.ts';
export type { PlanMachineEvent } from './plan/events.ts';
export { planMachine } from './plan/plan.machine.ts';
export { type CommandRejection, explainRejection } from './plan/rejection.ts';
export { type PlanSnapshot, type PlanStatus, type PositionStatus, planStatus, positionStatus } from './plan/status.ts';
export {
  type ReconciliationInput,
  type ReconciliationOutput,
  reconciliationMachine,
} from './reconciliation.machine.ts';
export {
  createRetryMachine,
  type RetryPolicy,
  retryMachine,
  retryPolicyFromProfile,
  withRetry,
} from './retry.machine.ts';
export { bindPlanMachine } from './subplans/bind-plan-machine.ts';
export type { SubplansInput, SubplansOutput } from './subplans/events.ts';
export { subplansMachine } from './subplans/subplans.machine.ts';
export { type SupervisorEvent, type SupervisorInput, supervisorMachine } from './supervisor.machine.ts';
export { validationMachine } from './validation.machine.ts';
export type { ValidationInput, ValidationOutput } from './validation-context.ts';
