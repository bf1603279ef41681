/** The charts, for drawing, embedding and model tests, and what may be read off a plan. */

export { attemptMachine, attemptOf, type Patience, patienceOfProfile, patient } from './attempt.ts';
export type { EffectInput, EffectName, EffectOutput } from './contract.ts';
export { type CorrectionInput, type CorrectionOutput, correctionMachine } from './correction.ts';
export { type LandingInput, type LandingOutput, landingMachine } from './landing.ts';
export { mergeMachine } from './merge/index.ts';
export type { MergeInput, MergeOutput } from './merge/protocol.ts';
export { freshContext, type Place, type PlanContext, type PlanInput } from './plan/context.ts';
export { planMachine } from './plan/index.ts';
export type { PlanSignal } from './plan/protocol.ts';
export { type Refusal, refusal } from './plan/refusal.ts';
export { type PlanSnapshot, type Standing, standing } from './plan/standing.ts';
export { type ReconciliationInput, type ReconciliationOutput, reconciliationMachine } from './reconciliation.ts';
export { type RuntimeInput, type RuntimeSignal, runtimeMachine } from './runtime.ts';
export { subplansMachine } from './subplans/index.ts';
export { subplansOf } from './subplans/of-plans.ts';
export type { SubplansInput, SubplansOutput } from './subplans/protocol.ts';
export { type ValidationInput, type ValidationOutput, validationMachine } from './validation.ts';
