/** Actions that emit the plan's events: its position, recorded decisions, errors. */
import type { AgentQueuePosition } from '../../../src/model/agent-queue.ts';
import type { CheckpointDraft } from '../../../src/model/checkpoint.ts';
import type { DecisionDraft } from '../../../src/model/decision.ts';
import { TroupeError } from '../../../src/model/errors.ts';
import type { PlanEventPayload } from '../../../src/model/event.ts';
import type { RetryDelay } from '../../../src/model/retry-delay.ts';
import type { EffectOutput } from '../../effects.ts';
import { type PlanContext, type PlanPosition, promptDefinition } from '../context.ts';
import { describeFailure, type PlanFailure } from '../failure.ts';
import { errorFromOutput } from '../output.ts';
import { assign, enqueueActions } from '../typed-actions.ts';

export const eventActions = {
  /** Sets the plan's position and emits the change. Only this action writes `position`. */
  setPosition: enqueueActions(({ context, event, enqueue }, to: PlanPosition) => {
    const { position: from, spec } = context;
    if (from.phase === to.phase && from.state === to.state) return;
    enqueue({ type: 'reportActivity', params: { position: to } });
    enqueue.assign({ position: to });
    enqueue.emit({ type: 'plan.phase_changed', planId: spec.planId, from, to, cause: causeOf(event.type) });
  }),

  setResting: assign({ resting: true }),
  clearResting: assign({ resting: false }),

  recordPrompt: enqueueActions(({ context: { promptRecorded, spec }, enqueue }) => {
    if (promptRecorded) return;
    enqueue.emit({ type: 'decision.recorded', planId: spec.planId, decision: promptDefinition(spec) });
    enqueue.assign({ promptRecorded: true });
  }),
  recordDecisions: enqueueActions(({ context, enqueue }, { decisions }: { decisions: DecisionDraft[] }) => {
    const { planId } = context.spec;
    for (const decision of decisions) enqueue.emit({ type: 'decision.recorded', planId, decision });
  }),
  recordCheckpoint: enqueueActions(({ context, enqueue }, { checkpoint }: { checkpoint: CheckpointDraft | null }) => {
    if (checkpoint === null) return;
    enqueue.emit(checkpointCreated(context, checkpoint));
    enqueue.assign({ lastCheckpointId: checkpoint.checkpointId, lastTree: checkpoint.treeOid });
  }),
  emitCheckpointDeleted: enqueueActions(({ context, enqueue }, { checkpointId }: { checkpointId: string }) =>
    enqueue.emit({ type: 'checkpoint.deleted', planId: context.spec.planId, checkpointId }),
  ),
  addGuidance: enqueueActions(
    ({ context, enqueue }, { decision, guidance }: { decision: DecisionDraft; guidance: string }) => {
      const { planId } = context.spec;
      enqueue.emit({ type: 'decision.recorded', planId, decision });
      enqueue.emit({ type: 'plan.prompted', planId, guidance });
      enqueue.assign({ guidance: [...context.guidance, guidance] });
    },
  ),
  /** An agent starts and receives the guidance given so far. */
  deliverGuidance: enqueueActions(({ context: { spec, guidance, guidanceDelivered }, enqueue }) => {
    const fresh = guidance.slice(guidanceDelivered);
    if (fresh.length === 0) return;
    enqueue.emit({ type: 'guidance.delivered', planId: spec.planId, guidance: fresh });
    enqueue.assign({ guidanceDelivered: guidance.length });
  }),
  setCompletedStep: assign(({ context }, { step }: { step: number }) => ({
    lastCompletedStep: Math.max(context.lastCompletedStep, step),
  })),

  setRetryDelay: enqueueActions(({ context, enqueue }, { waiting }: { waiting: RetryDelay }) => {
    const { spec, position } = context;
    enqueue({ type: 'reportActivity', params: { waiting } });
    enqueue.assign({ waiting });
    enqueue.emit({ type: 'attempt.delayed', planId: spec.planId, phase: position.phase, waiting });
  }),
  clearRetryDelay: enqueueActions(({ enqueue }) => {
    enqueue({ type: 'reportActivity', params: { waiting: null } });
    enqueue.assign({ waiting: null });
  }),
  setAgentQueue: enqueueActions(({ context, enqueue }, { queue }: { queue: AgentQueuePosition }) => {
    enqueue({ type: 'reportActivity', params: { queue } });
    enqueue.assign({ queue });
    enqueue.emit({ type: 'agent.queued', planId: context.spec.planId, queue });
  }),
  /** Also runs when leaving a state with an agent: an agent stopped in the queue does not report it. */
  clearAgentQueue: enqueueActions(({ context, enqueue }) => {
    if (!context.queue) return;
    enqueue({ type: 'reportActivity', params: { queue: null } });
    enqueue.assign({ queue: null });
    enqueue.emit({ type: 'agent.admitted', planId: context.spec.planId });
  }),

  /** The step with the agent ended, for any reason: nothing waits for it any more. */
  endAgentWork: enqueueActions(({ enqueue }) => {
    enqueue('clearRetryDelay');
    enqueue('clearAgentQueue');
    enqueue('withdrawApprovals');
  }),

  setError: assign((_, { error }: { error: unknown }) => {
    const failure = TroupeError.serialize(error);
    return { error: failure, errorMessage: failure.message };
  }),
  /** Why a child machine did not complete. */
  setOutputError: assign((_, output: Parameters<typeof errorFromOutput>[0]) => {
    const error = errorFromOutput(output);
    return { error, errorMessage: error.message };
  }),
  emitBlocked: enqueueActions(({ context, enqueue }) => {
    const failure = describeFailure(context, context.position);
    enqueue.assign({ ...failureContext(failure), autoExecute: false });
    enqueue.emit(errorRecorded(context, failure));
  }),
  clearError: assign({ error: null, errorMessage: null }),
  recordRecovery: enqueueActions(({ context, enqueue }, { found }: { found: EffectOutput<'recover'> }) => {
    const { details } = describeFailure(context, erroredPosition(context));
    const failure = { error: found.error, details: { ...details, ...found.details } };
    enqueue.assign({ ...failureContext(failure), autoExecute: false });
    enqueue.emit(errorRecorded(context, failure));
    enqueue({ type: 'recordDecisions', params: found });
    enqueue({ type: 'recordCheckpoint', params: found });
  }),
  /** The recovery failed too: the plan keeps the first error and stores the second beside it. */
  recordFailedRecovery: enqueueActions(({ context, enqueue }, { error }: { error: unknown }) => {
    const { error: original, details } = describeFailure(context, erroredPosition(context));
    const failure = { error: original, details: { ...details, recovery: TroupeError.serialize(error) } };
    enqueue.assign({ ...failureContext(failure), autoExecute: false });
    enqueue.emit(errorRecorded(context, failure));
  }),
};

export function checkpointCreated({ spec }: PlanContext, checkpoint: CheckpointDraft): PlanEventPayload {
  return { type: 'checkpoint.created', planId: spec.planId, checkpoint };
}

/** Returns the position of a plan after a failure while processing. */
function erroredPosition({ position }: PlanContext): PlanPosition {
  return { phase: position.phase, state: 'errored' };
}

export function failureContext({ error, details }: PlanFailure): Partial<PlanContext> {
  return { error, errorMessage: error.message, errorDetails: details };
}

export function errorRecorded({ spec, position }: PlanContext, { error, details }: PlanFailure): PlanEventPayload {
  return { type: 'error.recorded', planId: spec.planId, phase: position.phase, error, details };
}

/** Describes what caused a transition: a command, or the effect that finished. */
function causeOf(type: string): string {
  return type
    .replace(/^xstate\.done\.actor\./, 'done: ')
    .replace(/^xstate\.error\.actor\./, 'failed: ')
    .replace(/^xstate\./, '');
}
