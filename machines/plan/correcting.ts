/**
 * One decision changed afterwards, and the plan run again from there: all or nothing. What is under way is held first,
 * as in a pause. Up to where nothing can fail any more the correction is a machine of its own; if it refuses, the plan
 * goes on from where it was. Then the children are called back, and in one turn the old attempt is over and the new one
 * stands. The invariants are reconciled after that, which says what does not hold and stops nothing.
 */
import { mainLink } from '../../src/model/link.ts';
import { callingBack } from './calling-back.ts';
import { correctionOf, specInForce, treeLeft } from './context.ts';
import { faultIn } from './failing.ts';
import { planSetup } from './setup.ts';

export const correcting = planSetup.createStateConfig({
  initial: 'trying',
  states: {
    trying: {
      invoke: {
        id: 'correction',
        src: 'correction',
        input: ({ context }) => ({
          spec: specInForce(context),
          order: correctionOf(context).order,
          attempt: context.attempt,
          sandbox: context.sandbox,
          expected: treeLeft(context),
        }),
        onDone: [
          {
            guard: { type: 'isCorrected', params: ({ event }) => event.output },
            target: 'callingBack',
            actions: { type: 'keepCorrected', params: ({ event }) => ({ output: event.output }) },
          },
          {
            target: 'refused',
            actions: { type: 'tellUncorrected', params: ({ event }) => ({ error: faultIn(event.output) }) },
          },
        ],
        onError: { target: 'refused', actions: { type: 'tellUncorrected', params: ({ event }) => event } },
      },
    },
    refused: {
      exit: 'dropCorrection',
      always: [{ guard: 'wasPaused', target: '#plan.open.paused' }, { target: '#plan.open.resuming.admitting' }],
    },
    callingBack: callingBack('#plan.open.correcting.reconciling'),
    reconciling: {
      entry: 'correct',
      exit: 'dropCorrection',
      invoke: {
        id: 'reconciliation',
        src: 'reconciliation',
        input: ({ context }) => ({
          spec: context.spec,
          phase: context.place.phase,
          fromTree: correctionOf(context).order.treeOid === null ? null : mainLink(context.spec).baseTree,
          toTree: correctionOf(context).order.treeOid,
          sandbox: context.sandbox,
        }),
        onDone: 'corrected',
        onError: 'corrected',
      },
    },
    corrected: {
      always: [
        { guard: 'hasStrategy', target: '#plan.open.alive.execute.queued' },
        { target: '#plan.open.alive.strategize.queued.checking' },
      ],
    },
  },
});
