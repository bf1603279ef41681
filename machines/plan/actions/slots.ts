/** Actions that request and release the plan's slot, and report to the parent whether the plan is working. */
import { sendParent } from 'xstate';
import type { ChildActivityEvent, SlotEvent } from '../../subplans/activity-events.ts';
import type { PlanContext } from '../context.ts';
import type { PlanMachineEvent } from '../events.ts';
import { enqueueActions } from '../typed-actions.ts';
import { activityChangeEvent, slotAfterChange } from './activity.ts';

export const slotActions = {
  /** The only messages of a plan to its parent, besides its output. */
  sendToParent: sendParent<
    PlanContext,
    PlanMachineEvent,
    SlotEvent | ChildActivityEvent,
    SlotEvent | ChildActivityEvent,
    PlanMachineEvent
  >((_, message) => message),
  /** A plan with started work takes precedence over one that has not started. */
  requestSlot: enqueueActions(({ context: { usesSlots, spec }, enqueue }, { resumes }: { resumes: boolean }) => {
    if (usesSlots) enqueue({ type: 'sendToParent', params: { type: 'slot.requested', planId: spec.planId, resumes } });
  }),
  /** Runs on leaving a state that has or requested a slot; `start` grants the slot. */
  releaseSlot: enqueueActions(({ context: { usesSlots, spec }, event, enqueue }) => {
    if (usesSlots && event.type !== 'start')
      enqueue({ type: 'sendToParent', params: { type: 'slot.released', planId: spec.planId } });
    enqueue.assign({ slot: 'none' });
  }),
  /** A subplan keeps its group's slot and releases it when it ends. */
  releaseRootSlot: enqueueActions(({ context: { usesSlots, spec }, enqueue }) => {
    if (spec.depth > 0) return;
    if (usesSlots) enqueue({ type: 'sendToParent', params: { type: 'slot.released', planId: spec.planId } });
    enqueue.assign({ slot: 'none' });
  }),
  acquireSlot: enqueueActions(({ context, enqueue }) => {
    const { spec, slot, subplansRunning } = context;
    const event = activityChangeEvent(context, { slot: 'held' });
    if (event) enqueue({ type: 'sendToParent', params: event });
    if (slot === 'wanted') enqueue.emit({ type: 'slot.granted', planId: spec.planId });
    enqueue.assign({ slot: 'held' });
    if (subplansRunning) enqueue.sendTo('subplans', { type: 'slot.granted' });
  }),
  /** Runs before the change is assigned, for every change that makes the plan idle or busy. */
  reportActivity: enqueueActions(({ context, enqueue }, change: Partial<PlanContext>) => {
    const { planId } = context.spec;
    const slot = slotAfterChange(context, change);
    const event = activityChangeEvent(context, slot === null ? change : { ...change, slot });
    if (event) enqueue({ type: 'sendToParent', params: event });
    if (slot === null) return;
    enqueue.assign({ slot });
    if (slot === 'none') enqueue({ type: 'sendToParent', params: { type: 'slot.released', planId } });
    else {
      enqueue({ type: 'sendToParent', params: { type: 'slot.requested', planId, resumes: true } });
      enqueue.emit({ type: 'slot.queued', planId });
    }
  }),
};
