/** What the plan chart says: where it stands, what it recorded, what went wrong. */
import { assign, enqueueActions } from 'xstate';
import type { CheckpointDraft } from '../../src/model/checkpoint.ts';
import type { DecisionDraft } from '../../src/model/decision.ts';
import type { PlanFact } from '../../src/model/event.ts';
import { Fault } from '../../src/model/fault.ts';
import type { Queue } from '../../src/model/queue.ts';
import type { Waiting } from '../../src/model/waiting.ts';
import type { EffectOutput } from '../contract.ts';
import { type Failure, failureAt } from './advising.ts';
import { planBinding } from './binding.ts';
import { type Place, type PlanContext, promptDefinition } from './context.ts';
import { report } from './idling.ts';

export const planTelling = planBinding.extend({
  actions: {
    /** Says where the plan stands now. The only writer of `place`. */
    enter: enqueueActions(({ context, event, enqueue }, to: Place) => {
      const { place: from, spec } = context;
      if (from.phase === to.phase && from.state === to.state) return;
      enqueue(report({ place: to }));
      enqueue.assign({ place: to });
      enqueue.emit({ type: 'plan.phase_changed', planId: spec.planId, from, to, cause: causeOf(event.type) });
    }),

    recordRoot: enqueueActions(({ context: { rooted, spec }, enqueue }) => {
      if (rooted) return;
      enqueue.emit({ type: 'decision.recorded', planId: spec.planId, decision: promptDefinition(spec) });
      enqueue.assign({ rooted: true });
    }),
    recordDecisions: enqueueActions(({ context, enqueue }, { decisions }: { decisions: DecisionDraft[] }) => {
      const { planId } = context.spec;
      for (const decision of decisions) enqueue.emit({ type: 'decision.recorded', planId, decision });
    }),
    recordCheckpoint: enqueueActions(({ context, enqueue }, { checkpoint }: { checkpoint: CheckpointDraft | null }) => {
      if (checkpoint === null) return;
      enqueue.emit(recordedCheckpoint(context, checkpoint));
      enqueue.assign({ lastCheckpointId: checkpoint.checkpointId, lastTree: checkpoint.treeOid });
    }),
    forgetCheckpoint: enqueueActions(({ context, enqueue }, { checkpointId }: { checkpointId: string }) =>
      enqueue.emit({ type: 'checkpoint.deleted', planId: context.spec.planId, checkpointId }),
    ),
    keepGuidance: enqueueActions(
      ({ context, enqueue }, { decision, guidance }: { decision: DecisionDraft; guidance: string }) => {
        const { planId } = context.spec;
        enqueue.emit({ type: 'decision.recorded', planId, decision });
        enqueue.emit({ type: 'plan.prompted', planId, guidance });
        enqueue.assign({ guidance: [...context.guidance, guidance] });
      },
    ),
    /** An agent is asked: from now on it knows what people said. */
    deliverGuidance: enqueueActions(({ context: { spec, guidance, guidanceGiven }, enqueue }) => {
      const fresh = guidance.slice(guidanceGiven);
      if (fresh.length === 0) return;
      enqueue.emit({ type: 'guidance.delivered', planId: spec.planId, guidance: fresh });
      enqueue.assign({ guidanceGiven: guidance.length });
    }),
    keepStep: assign(({ context }, { step }: { step: number }) => ({
      lastCompletedStep: Math.max(context.lastCompletedStep, step),
    })),

    keepWaiting: enqueueActions(({ context, enqueue }, { waiting }: { waiting: Waiting }) => {
      const { spec, place } = context;
      enqueue(report({ waiting }));
      enqueue.assign({ waiting });
      enqueue.emit({ type: 'attempt.delayed', planId: spec.planId, phase: place.phase, waiting });
    }),
    forgetWaiting: enqueueActions(({ enqueue }) => {
      enqueue(report({ waiting: null }));
      enqueue.assign({ waiting: null });
    }),
    keepQueue: enqueueActions(({ context, enqueue }, { queue }: { queue: Queue }) => {
      enqueue(report({ queue }));
      enqueue.assign({ queue });
      enqueue.emit({ type: 'agent.queued', planId: context.spec.planId, queue });
    }),
    /** Said on leaving whatever an agent works in too: one that was stopped in the line says nothing any more. */
    leaveQueue: enqueueActions(({ context, enqueue }) => {
      if (!context.queue) return;
      enqueue(report({ queue: null }));
      enqueue.assign({ queue: null });
      enqueue.emit({ type: 'agent.admitted', planId: context.spec.planId });
    }),

    keepFault: assign((_, { error }: { error: unknown }) => {
      const fault = Fault.store(error);
      return { error: fault, errorMessage: fault.message };
    }),
    tellBlocked: enqueueActions(({ context, enqueue }) => {
      const failure = failureAt(context, context.place);
      enqueue.assign({ ...kept(failure), hurried: false });
      enqueue.emit(recordedFailure(context, failure));
    }),
    forgetFault: assign({ error: null, errorMessage: null }),
    keepRecovery: enqueueActions(({ context, enqueue }, { found }: { found: EffectOutput<'recover'> }) => {
      const { details } = failureAt(context, errored(context));
      const failure = { fault: found.fault, details: { ...details, ...found.details } };
      enqueue.assign({ ...kept(failure), hurried: false });
      enqueue.emit(recordedFailure(context, failure));
    }),
    /** The recovery itself failed: the first fault stays the plan's, the second is kept beside it. */
    keepUnrecovered: enqueueActions(({ context, enqueue }, { error }: { error: unknown }) => {
      const { fault, details } = failureAt(context, errored(context));
      const failure = { fault, details: { ...details, recovery: Fault.store(error) } };
      enqueue.assign({ ...kept(failure), hurried: false });
      enqueue.emit(recordedFailure(context, failure));
    }),
  },
});

/** A checkpoint with what the machine knows at it. */
export function recordedCheckpoint(context: PlanContext, checkpoint: CheckpointDraft): PlanFact {
  const { lastCompletedStep, confidence, estimate, guidance, errorDetails } = context;
  const snapshot = { lastCompletedStep, confidence, estimate, guidance, errorDetails };
  return { type: 'checkpoint.created', planId: context.spec.planId, checkpoint, snapshot };
}

/** Where a plan comes to rest whose phase failed while processing. */
function errored({ place }: PlanContext): Place {
  return { phase: place.phase, state: 'errored' };
}

export function kept({ fault, details }: Failure): Partial<PlanContext> {
  return { error: fault, errorMessage: fault.message, errorDetails: details };
}

export function recordedFailure({ spec, place }: PlanContext, { fault, details }: Failure): PlanFact {
  return { type: 'error.recorded', planId: spec.planId, phase: place.phase, fault, details };
}

/** What made the plan move, in words: a command, or the effect that answered. */
function causeOf(type: string): string {
  return type
    .replace(/^xstate\.done\.actor\./, 'done: ')
    .replace(/^xstate\.error\.actor\./, 'failed: ')
    .replace(/^xstate\./, '');
}
