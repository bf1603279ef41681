/** What the plan chart is made of: its types, its effects and children, its guards, and its talk with the gate. */
import { and, assign, enqueueActions, setup } from 'xstate';
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
import { reportOf } from './idling.ts';
import type { PlanSignal } from './protocol.ts';

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
    wantTurn: enqueueActions(({ context: { gated, spec }, enqueue }) => {
      if (gated) enqueue.sendParent({ type: 'slot.wanted', planId: spec.planId });
    }),
    /** Said on leaving a state that has or wants a turn, whatever leads out of it; `start` is the turn being given. */
    freeTurn: enqueueActions(({ context: { gated, spec }, event, enqueue }) => {
      if (gated && event.type !== 'start') enqueue.sendParent({ type: 'slot.freed', planId: spec.planId });
    }),
    /** Said before the change it is about, by whatever makes the plan idle or sets it to work. */
    report: enqueueActions(({ context, enqueue }, change: Partial<PlanContext>) => {
      const report = reportOf(context, change);
      if (report) enqueue.sendParent(report);
    }),
    takeTurn: assign({ admitted: true }),
    dropTurn: assign({ admitted: false }),
  },
});
