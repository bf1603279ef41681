/** Strategize: thinking, read-only. Nothing leads from here to Execute but `complete`, through a reconciliation. */

import { planActions } from '../actions/phases.ts';
import { reconcileState } from './reconcile.ts';
import { recoveryState } from './recovery.ts';

export const strategize = planActions.createStateConfig({
  initial: 'queued',
  tags: ['phase:strategize'],
  on: {
    execute: [
      { guard: 'isStrategized', target: '.complete.reconciling', actions: 'clearError' },
      { guard: 'mayAutoExecute', actions: 'autoContinue' },
    ],
  },
  states: {
    queued: {
      tags: ['state:queued'],
      entry: { type: 'setPosition', params: { phase: 'strategize', state: 'queued' } },
      initial: 'routing',
      states: {
        routing: { always: [{ guard: 'isChild', target: 'checking' }, { target: 'waiting' }] },
        waiting: {
          tags: ['resting'],
          on: { start: 'checking', execute: { target: 'checking', actions: 'autoContinue' } },
        },
        checking: {
          tags: ['checking'],
          entry: ['recordPrompt', 'clearError'],
          invoke: {
            id: 'preflight',
            src: 'preflight',
            input: ({ context: { spec } }) => ({ spec, phase: 'strategize' }),
            onDone: 'reconciling',
            onError: {
              target: 'blocked',
              actions: { type: 'setError', params: ({ event }) => ({ error: event.error }) },
            },
          },
        },
        reconciling: reconcileState({
          phase: 'strategize',
          checks: 'nothing',
          passed: '#plan.active.lifecycle.strategize.processing',
          blocked: 'blocked',
        }),
        blocked: {
          always: [
            { guard: 'isChild', target: '#plan.active.lifecycle.strategize.processing.recovering' },
            { target: 'waiting', actions: 'emitBlocked' },
          ],
        },
      },
    },
    processing: {
      tags: ['state:processing'],
      entry: { type: 'setPosition', params: { phase: 'strategize', state: 'processing' } },
      initial: 'init',
      states: {
        init: {
          always: [{ guard: 'hasNoStrategyAgent', target: 'strategyReady' }, { target: 'working' }],
        },
        working: {
          entry: 'deliverGuidance',
          exit: ['clearRetryDelay', 'clearAgentQueue', 'withdrawApprovals'],
          invoke: {
            id: 'strategize',
            src: 'strategize',
            input: ({ context: { spec, attempt, guidance } }) => ({ spec, attempt, guidance }),
            onDone: {
              target: 'strategyReady',
              actions: [
                { type: 'recordDecisions', params: ({ event }) => ({ decisions: event.output.decisions }) },
                { type: 'setStrategy', params: ({ event }) => ({ found: event.output }) },
              ],
            },
            onError: {
              target: 'recovering',
              actions: { type: 'setError', params: ({ event }) => ({ error: event.error }) },
            },
          },
        },
        strategyReady: {
          entry: 'setStrategyReady',
          always: [
            { guard: 'hasEstimationAgent', target: 'estimating' },
            { target: '#plan.active.lifecycle.strategize.complete' },
          ],
        },
        /** Informational: whatever comes of it, Strategize is complete. */
        estimating: {
          exit: 'clearAgentQueue',
          invoke: {
            id: 'estimate',
            src: 'estimate',
            input: ({ context: { spec, attempt } }) => ({ spec, attempt }),
            onDone: {
              target: '#plan.active.lifecycle.strategize.complete',
              actions: { type: 'setEstimate', params: ({ event }) => ({ found: event.output }) },
            },
            onError: '#plan.active.lifecycle.strategize.complete',
          },
        },
        recovering: recoveryState('strategize'),
      },
    },
    complete: {
      tags: ['state:complete'],
      entry: { type: 'setPosition', params: { phase: 'strategize', state: 'complete' } },
      initial: 'routing',
      states: {
        routing: { always: [{ guard: 'continuesToExecute', target: 'reconciling' }, { target: 'resting' }] },
        resting: { tags: ['resting'], on: { edit: { actions: { type: 'recordEdit', params: ({ event }) => event } } } },
        reconciling: reconcileState({
          phase: 'execute',
          checks: 'nothing',
          passed: '#plan.active.lifecycle.execute.queued',
          blocked: 'blocked',
        }),
        blocked: {
          always: [
            { guard: 'isChild', target: '#plan.active.lifecycle.strategize.processing.recovering' },
            { target: 'resting', actions: 'emitBlocked' },
          ],
        },
      },
    },
    errored: {
      tags: ['state:errored'],
      entry: { type: 'setPosition', params: { phase: 'strategize', state: 'errored' } },
      initial: 'routing',
      states: {
        routing: { always: [{ guard: 'isChild', target: '#plan.finishing' }, { target: 'resting' }] },
        resting: {
          tags: ['resting'],
          on: {
            start: '#plan.active.lifecycle.strategize.queued.checking',
            execute: { target: '#plan.active.lifecycle.strategize.queued.checking', actions: 'autoContinue' },
            revert: {
              guard: 'mayRevert',
              target: '#plan.stopping',
              actions: { type: 'stopForRevert', params: ({ event }) => event },
            },
          },
        },
      },
    },
  },
});
