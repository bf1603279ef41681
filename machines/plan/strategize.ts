/** Strategize: thinking, read-only. Nothing leads from here to Execute but `complete`, through a reconciliation. */
import { boundary } from './boundary.ts';
import { recovering } from './recovering.ts';
import { planSetup } from './setup.ts';

export const strategize = planSetup.createStateConfig({
  initial: 'queued',
  tags: ['phase:strategize'],
  on: {
    execute: [
      { guard: 'isStrategized', target: '.complete.reconciling', actions: 'forgetFault' },
      { guard: 'isThinking', actions: 'hurry' },
    ],
  },
  states: {
    queued: {
      tags: ['state:queued'],
      entry: { type: 'enter', params: { phase: 'strategize', state: 'queued' } },
      initial: 'deciding',
      states: {
        deciding: { always: [{ guard: 'isChild', target: 'checking' }, { target: 'waiting' }] },
        waiting: {
          tags: ['resting'],
          on: { start: 'checking', execute: { target: 'checking', actions: 'hurry' } },
        },
        checking: {
          tags: ['checking'],
          entry: ['recordRoot', 'forgetFault'],
          invoke: {
            id: 'preflight',
            src: 'preflight',
            input: ({ context: { spec } }) => ({ spec, phase: 'strategize' }),
            onDone: 'reconciling',
            onError: {
              target: 'blocked',
              actions: { type: 'keepFault', params: ({ event }) => ({ error: event.error }) },
            },
          },
        },
        reconciling: boundary({
          phase: 'strategize',
          judges: 'nothing',
          passed: '#plan.open.alive.strategize.processing',
          blocked: 'blocked',
        }),
        blocked: {
          always: [
            { guard: 'isChild', target: '#plan.open.alive.strategize.processing.recovering' },
            { target: 'waiting', actions: 'tellBlocked' },
          ],
        },
      },
    },
    processing: {
      tags: ['state:processing'],
      entry: { type: 'enter', params: { phase: 'strategize', state: 'processing' } },
      initial: 'beginning',
      states: {
        beginning: {
          always: [{ guard: 'hasNoStrategist', target: 'thought' }, { target: 'working' }],
        },
        working: {
          entry: 'deliverGuidance',
          exit: ['forgetWaiting', 'leaveQueue', 'withdrawApprovals'],
          invoke: {
            id: 'strategize',
            src: 'strategize',
            input: ({ context: { spec, attempt, guidance } }) => ({ spec, attempt, guidance }),
            onDone: {
              target: 'thought',
              actions: [
                { type: 'recordDecisions', params: ({ event }) => ({ decisions: event.output.decisions }) },
                { type: 'keepStrategy', params: ({ event }) => ({ found: event.output }) },
              ],
            },
            onError: {
              target: 'recovering',
              actions: { type: 'keepFault', params: ({ event }) => ({ error: event.error }) },
            },
          },
        },
        thought: {
          entry: 'noteStrategized',
          always: [{ guard: 'hasEstimator', target: 'estimating' }, { target: '#plan.open.alive.strategize.complete' }],
        },
        /** Informational: whatever comes of it, Strategize is complete. */
        estimating: {
          exit: 'leaveQueue',
          invoke: {
            id: 'estimate',
            src: 'estimate',
            input: ({ context: { spec, attempt } }) => ({ spec, attempt }),
            onDone: {
              target: '#plan.open.alive.strategize.complete',
              actions: { type: 'keepEstimate', params: ({ event }) => ({ found: event.output }) },
            },
            onError: '#plan.open.alive.strategize.complete',
          },
        },
        recovering: recovering('strategize'),
      },
    },
    complete: {
      tags: ['state:complete'],
      entry: { type: 'enter', params: { phase: 'strategize', state: 'complete' } },
      initial: 'deciding',
      states: {
        deciding: { always: [{ guard: 'goesOn', target: 'reconciling' }, { target: 'resting' }] },
        resting: { tags: ['resting'], on: { edit: { actions: { type: 'keepEdit', params: ({ event }) => event } } } },
        reconciling: boundary({
          phase: 'execute',
          judges: 'nothing',
          passed: '#plan.open.alive.execute.queued',
          blocked: 'blocked',
        }),
        blocked: {
          always: [
            { guard: 'isChild', target: '#plan.open.alive.strategize.processing.recovering' },
            { target: 'resting', actions: 'tellBlocked' },
          ],
        },
      },
    },
    errored: {
      tags: ['state:errored'],
      entry: { type: 'enter', params: { phase: 'strategize', state: 'errored' } },
      initial: 'deciding',
      states: {
        deciding: { always: [{ guard: 'isChild', target: '#plan.parting' }, { target: 'resting' }] },
        resting: {
          tags: ['resting'],
          on: {
            start: '#plan.open.alive.strategize.queued.checking',
            execute: { target: '#plan.open.alive.strategize.queued.checking', actions: 'hurry' },
            revert: {
              guard: 'mayRevert',
              target: '#plan.recalling',
              actions: { type: 'recallToRevert', params: ({ event }) => event },
            },
          },
        },
      },
    },
  },
});
