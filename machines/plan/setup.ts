/** What the plan chart is made of: its types, its effects and children, its guards, and its talk with the gate. */
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
    /** All that a plan ever says to its parent, beside how it ends. */
    sendToParent: sendParent((_, message: SlotEvent | ChildActivityEvent) => message),
    /** A plan whose work is under way goes before one that is yet to begin. */
    requestSlot: enqueueActions(({ context: { usesSlots, spec }, enqueue }, { resumes }: { resumes: boolean }) => {
      if (usesSlots) enqueue(sendToParent({ type: 'slot.requested', planId: spec.planId, resumes }));
    }),
    /** On leaving a state that has or wants a slot, whatever leads out of it; `start` is the slot being given. */
    releaseSlot: enqueueActions(({ context: { usesSlots, spec }, event, enqueue }) => {
      if (usesSlots && event.type !== 'start') enqueue(sendToParent({ type: 'slot.released', planId: spec.planId }));
      enqueue.assign({ slot: 'none' });
    }),
    /** A subplan keeps the slot of its group to its end, and gives it back with that. */
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
    /** Before the change it is about, by whatever makes the plan idle or sets it to work. */
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
