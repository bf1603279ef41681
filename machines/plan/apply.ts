/**
 * Apply: the reviewed result comes home, once. Landing is not interrupted: a pause is refused while it lasts, and a
 * cancel takes effect only if nothing was landed.
 */
import { boundary } from './boundary.ts';
import { made, specInForce, targetOf, workplace } from './context.ts';
import { land } from './land.ts';
import { recovering } from './recovering.ts';
import { planSetup } from './setup.ts';

const revert = {
  guard: 'mayRevert' as const,
  target: '#plan.recalling',
};

export const apply = planSetup.createStateConfig({
  initial: 'entering',
  states: {
    /** Before anything moves the plan stays where it was: at execute.complete, or resting in Apply. */
    entering: {
      initial: 'reconciling',
      states: {
        reconciling: boundary({
          phase: 'apply',
          judges: 'result',
          passed: '#plan.open.alive.apply.queued',
          blocked: 'blocked',
        }),
        blocked: {
          entry: 'tellBlocked',
          always: [
            { guard: 'isConstrained', target: '#plan.open.alive.apply.constrained' },
            { guard: 'isErrored', target: '#plan.open.alive.apply.errored' },
            { target: '#plan.open.alive.execute.complete.resting' },
          ],
        },
      },
    },
    queued: {
      tags: ['phase:apply', 'state:queued'],
      entry: { type: 'enter', params: { phase: 'apply', state: 'queued' } },
      initial: 'deciding',
      states: {
        deciding: {
          always: [{ guard: 'isApproved', target: '#plan.open.alive.apply.processing' }, { target: 'waiting' }],
        },
        waiting: {
          tags: ['resting'],
          on: {
            approve: { target: 'deciding', actions: 'approve' },
            apply: { target: 'deciding', actions: { type: 'keepTarget', params: ({ event }) => event } },
            revert: { ...revert, actions: { type: 'recallToRevert', params: ({ event }) => event } },
          },
        },
      },
    },
    processing: {
      tags: ['phase:apply', 'state:processing'],
      entry: { type: 'enter', params: { phase: 'apply', state: 'processing' } },
      initial: 'landing',
      states: {
        landing: {
          on: {
            pause: {},
            rollback: {},
            correct: {},
            cancel: { actions: { type: 'recallToCancel', params: ({ event }) => event } },
          },
          invoke: {
            id: 'apply',
            src: 'apply',
            input: ({ context }) => ({
              spec: specInForce(context),
              attempt: context.attempt,
              target: targetOf(context),
              resultTree: made(context, 'resultTree'),
              sandbox: workplace(context).sandbox,
              order: context.landing ?? null,
              message: context.commitMessage?.message ?? null,
            }),
            onDone: [
              {
                guard: { type: 'isLanded', params: ({ event }) => event.output },
                target: '#plan.parting',
                actions: [
                  { type: 'recordCheckpoint', params: ({ event }) => event.output },
                  { type: 'keepLanding', params: ({ event }) => ({ output: event.output }) },
                  { type: 'enter', params: { phase: 'apply', state: 'applied' } },
                ],
              },
              {
                guard: { type: 'isWithdrawn', params: ({ event }) => event.output },
                target: '#plan.recalling',
                actions: { type: 'recordCheckpoint', params: ({ event }) => event.output },
              },
              {
                target: '#plan.open.alive.apply.constrained',
                actions: [
                  { type: 'recordCheckpoint', params: ({ event }) => event.output },
                  { type: 'keepConstraint', params: ({ event }) => ({ output: event.output }) },
                ],
              },
            ],
            onError: [
              {
                guard: 'isRecalled',
                target: '#plan.recalling',
                actions: { type: 'keepFault', params: ({ event }) => ({ error: event.error }) },
              },
              {
                target: 'recovering',
                actions: { type: 'keepFault', params: ({ event }) => ({ error: event.error }) },
              },
            ],
          },
        },
        recovering: recovering('apply'),
      },
    },
    constrained: {
      tags: ['phase:apply', 'state:constrained', 'resting'],
      entry: ['dropApproval', { type: 'enter', params: { phase: 'apply', state: 'constrained' } }],
      on: { land, revert: { ...revert, actions: { type: 'recallToRevert', params: ({ event }) => event } } },
    },
    errored: {
      tags: ['phase:apply', 'state:errored', 'resting'],
      entry: ['dropApproval', { type: 'enter', params: { phase: 'apply', state: 'errored' } }],
      on: { land, revert: { ...revert, actions: { type: 'recallToRevert', params: ({ event }) => event } } },
    },
  },
});
