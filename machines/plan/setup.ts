/** Setup of the plan machine: its types, effects, children and guards, and its messages about slots. */
import { and, enqueueActions, sendParent, setup } from 'xstate';
import type { PlanEventPayload } from '../../src/model/event.ts';
import { correctionMachine } from '../correction.machine.ts';
import type { EffectInput, EffectName, EffectOutput, PlanOutput } from '../effects.ts';
import { mergeMachine } from '../merge/merge.machine.ts';
import { partialApplyMachine } from '../partial-apply.machine.ts';
import { reconciliationMachine } from '../reconciliation.machine.ts';
import { subplansMachine } from '../subplans/subplans.machine.ts';
import { unprovidedActor } from '../unprovided-actor.ts';
import { validationMachine } from '../validation.machine.ts';
import { activityEventOf, sendToParent, slotAfterChange } from './actions/activity.ts';
import type { PlanContext, PlanInput } from './context.ts';
import type { ChildActivityEvent, PlanMachineEvent, SlotEvent } from './events.ts';
import { guards } from './guards.ts';

const effect = <Name extends EffectName>(name: Name) => unprovidedActor<EffectInput<Name>, EffectOutput<Name>>(name);

export const planSetup = setup({
  types: {
    context: {} as PlanContext,
    events: {} as PlanMachineEvent,
    input: {} as PlanInput,
    output: {} as PlanOutput,
    emitted: {} as PlanEventPayload,
  },
  actors: {
    preflight: effect('preflight'),
    strategize: effect('strategize'),
    estimate: effect('estimate'),
    prepare: effect('prepare'),
    execute: effect('execute'),
    createSubplans: effect('createSubplans'),
    restoreTree: effect('restoreTree'),
    review: effect('review'),
    describe: effect('describe'),
    recover: effect('recover'),
    apply: effect('apply'),
    archiveSandbox: effect('archiveSandbox'),
    rollback: effect('rollback'),
    correction: correctionMachine,
    partialApply: partialApplyMachine,
    reconciliation: reconciliationMachine,
    subplans: subplansMachine,
    merge: mergeMachine,
    validation: validationMachine,
  },
  guards: {
    ...guards,
    mayApply: and(['isReviewedResult', 'hasChanges', 'isResultValid', 'isNotApplyingPart']),
  },
  actions: {
    /** The only messages of a plan to its parent, besides its output. */
    sendToParent: sendParent((_, message: SlotEvent | ChildActivityEvent) => message),
    /** A plan with started work takes precedence over one that has not started. */
    requestSlot: enqueueActions(({ context: { usesSlots, spec }, enqueue }, { resumes }: { resumes: boolean }) => {
      if (usesSlots) enqueue(sendToParent({ type: 'slot.requested', planId: spec.planId, resumes }));
    }),
    /** Runs on leaving a state that has or requested a slot; `start` grants the slot. */
    releaseSlot: enqueueActions(({ context: { usesSlots, spec }, event, enqueue }) => {
      if (usesSlots && event.type !== 'start') enqueue(sendToParent({ type: 'slot.released', planId: spec.planId }));
      enqueue.assign({ slot: 'none' });
    }),
    /** A subplan keeps its group's slot and releases it when it ends. */
    releaseRootSlot: enqueueActions(({ context: { usesSlots, spec }, enqueue }) => {
      if (spec.depth > 0) return;
      if (usesSlots) enqueue(sendToParent({ type: 'slot.released', planId: spec.planId }));
      enqueue.assign({ slot: 'none' });
    }),
    acquireSlot: enqueueActions(({ context, enqueue }) => {
      const { spec, slot, subplansRunning } = context;
      const event = activityEventOf(context, { slot: 'held' });
      if (event) enqueue(sendToParent(event));
      if (slot === 'wanted') enqueue.emit({ type: 'slot.granted', planId: spec.planId });
      enqueue.assign({ slot: 'held' });
      if (subplansRunning) enqueue.sendTo('subplans', { type: 'slot.granted' });
    }),
    /** Runs before the change is assigned, for every change that makes the plan idle or busy. */
    reportActivity: enqueueActions(({ context, enqueue }, change: Partial<PlanContext>) => {
      const { planId } = context.spec;
      const slot = slotAfterChange(context, change);
      const event = activityEventOf(context, slot === null ? change : { ...change, slot });
      if (event) enqueue(sendToParent(event));
      if (slot === null) return;
      enqueue.assign({ slot });
      if (slot === 'none') enqueue(sendToParent({ type: 'slot.released', planId }));
      else {
        enqueue(sendToParent({ type: 'slot.requested', planId, resumes: true }));
        enqueue.emit({ type: 'slot.queued', planId });
      }
    }),
  },
});
