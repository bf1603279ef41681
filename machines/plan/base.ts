/** What the plan chart is made of: its types, its effects and children, its guards, and its talk with the gate. */
import { and, enqueueActions, sendParent, setup } from 'xstate';
import type { PlanFact } from '../../src/model/event.ts';
import type { EffectInput, EffectName, EffectOutput, PlanOutput } from '../contract.ts';
import { correctionMachine } from '../correction.ts';
import { declared } from '../declare.ts';
import { landingMachine } from '../landing.ts';
import { mergeMachine } from '../merge/index.ts';
import { reconciliationMachine } from '../reconciliation.ts';
import { subplansMachine } from '../subplans/index.ts';
import { validationMachine } from '../validation.ts';
import type { PlanContext, PlanInput } from './context.ts';
import { guards } from './guards.ts';
import { reportOf, slotAfter, toParent } from './idling.ts';
import type { ChildReport, GateRequest, PlanSignal } from './protocol.ts';

const effect = <Name extends EffectName>(name: Name) => declared<EffectInput<Name>, EffectOutput<Name>>(name);

export const planBase = setup({
  types: {
    context: {} as PlanContext,
    events: {} as PlanSignal,
    input: {} as PlanInput,
    output: {} as PlanOutput,
    emitted: {} as PlanFact,
  },
  actors: {
    preflight: effect('preflight'),
    strategize: effect('strategize'),
    estimate: effect('estimate'),
    prepare: effect('prepare'),
    execute: effect('execute'),
    enlist: effect('enlist'),
    place: effect('place'),
    review: effect('review'),
    describe: effect('describe'),
    recover: effect('recover'),
    apply: effect('apply'),
    dismiss: effect('dismiss'),
    rollback: effect('rollback'),
    correction: correctionMachine,
    landing: landingMachine,
    reconciliation: reconciliationMachine,
    subplans: subplansMachine,
    merge: mergeMachine,
    validation: validationMachine,
  },
  guards: {
    ...guards,
    mayApply: and(['isExecuted', 'hasChanges', 'isSound', 'landsNothing']),
  },
  actions: {
    /** All that a plan ever says to its parent, beside how it ends. */
    tellParent: sendParent((_, message: GateRequest | ChildReport) => message),
    /** A plan whose work is under way goes before one that is yet to begin. */
    wantSlot: enqueueActions(({ context: { gated, spec }, enqueue }, { returns }: { returns: boolean }) => {
      if (gated) enqueue(toParent({ type: 'slot.wanted', planId: spec.planId, returns }));
    }),
    /** On leaving a state that has or wants a slot, whatever leads out of it; `start` is the slot being given. */
    leaveSlot: enqueueActions(({ context: { gated, spec }, event, enqueue }) => {
      if (gated && event.type !== 'start') enqueue(toParent({ type: 'slot.freed', planId: spec.planId }));
      enqueue.assign({ slot: 'none' });
    }),
    /** A subplan keeps the slot of its group to its end, and gives it back with that. */
    leaveRootSlot: enqueueActions(({ context: { gated, spec }, enqueue }) => {
      if (spec.depth > 0) return;
      if (gated) enqueue(toParent({ type: 'slot.freed', planId: spec.planId }));
      enqueue.assign({ slot: 'none' });
    }),
    takeSlot: enqueueActions(({ context, enqueue }) => {
      const { spec, slot, grouped } = context;
      const told = reportOf(context, { slot: 'held' });
      if (told) enqueue(toParent(told));
      if (slot === 'wanted') enqueue.emit({ type: 'slot.granted', planId: spec.planId });
      enqueue.assign({ slot: 'held' });
      if (grouped) enqueue.sendTo('subplans', { type: 'slot.granted' });
    }),
    /** Before the change it is about, by whatever makes the plan idle or sets it to work. */
    report: enqueueActions(({ context, enqueue }, change: Partial<PlanContext>) => {
      const { planId } = context.spec;
      const slot = slotAfter(context, change);
      const told = reportOf(context, slot === null ? change : { ...change, slot });
      if (told) enqueue(toParent(told));
      if (slot === null) return;
      enqueue.assign({ slot });
      if (slot === 'none') enqueue(toParent({ type: 'slot.freed', planId }));
      else {
        enqueue(toParent({ type: 'slot.wanted', planId, returns: true }));
        enqueue.emit({ type: 'slot.awaited', planId });
      }
    }),
  },
});
