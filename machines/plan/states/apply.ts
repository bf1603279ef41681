/**
 * Apply: the reviewed result comes home, once. Landing is not interrupted: a pause is refused while it lasts, and a
 * cancel takes effect only if nothing was landed.
 */

import { planActions } from '../actions/phases.ts';
import { applyTargetOf, effectiveSpec, requireSandboxAndStart, requireTree } from '../context.ts';
import { applyPart } from './apply-part.ts';
import { reconcileState } from './reconcile.ts';
import { recoveryState } from './recovery.ts';

const revert = {
  guard: 'mayRevert' as const,
  target: '#plan.stopping',
};

export const apply = planActions.createStateConfig({
  initial: 'checking',
  states: {
    /** Before anything moves the plan stays where it was: at execute.complete, or resting in Apply. */
    checking: {
      initial: 'reconciling',
      states: {
        reconciling: reconcileState({
          phase: 'apply',
          checks: 'result',
          passed: '#plan.active.lifecycle.apply.queued',
          blocked: 'blocked',
        }),
        blocked: {
          entry: 'emitBlocked',
          always: [
            { guard: 'isConstrained', target: '#plan.active.lifecycle.apply.constrained' },
            { guard: 'isErrored', target: '#plan.active.lifecycle.apply.errored' },
            { target: '#plan.active.lifecycle.execute.complete.resting' },
          ],
        },
      },
    },
    queued: {
      tags: ['phase:apply', 'state:queued'],
      entry: { type: 'setPosition', params: { phase: 'apply', state: 'queued' } },
      initial: 'routing',
      states: {
        routing: {
          always: [{ guard: 'isApproved', target: '#plan.active.lifecycle.apply.processing' }, { target: 'waiting' }],
        },
        waiting: {
          tags: ['resting'],
          on: {
            approve: { target: 'routing', actions: 'setApproved' },
            apply: { target: 'routing', actions: { type: 'setApplyTarget', params: ({ event }) => event } },
            revert: { ...revert, actions: { type: 'stopForRevert', params: ({ event }) => event } },
          },
        },
      },
    },
    processing: {
      tags: ['phase:apply', 'state:processing'],
      entry: { type: 'setPosition', params: { phase: 'apply', state: 'processing' } },
      initial: 'applying',
      states: {
        applying: {
          on: {
            pause: {},
            rollback: {},
            correct: {},
            cancel: { actions: { type: 'stopForCancel', params: ({ event }) => event } },
          },
          invoke: {
            id: 'apply',
            src: 'apply',
            input: ({ context }) => ({
              spec: effectiveSpec(context),
              attempt: context.attempt,
              target: applyTargetOf(context),
              resultTree: requireTree(context, 'resultTree'),
              sandbox: requireSandboxAndStart(context).sandbox,
              order: context.applyRequest ?? null,
              message: context.commitMessage?.message ?? null,
            }),
            onDone: [
              {
                guard: { type: 'isApplySuccessful', params: ({ event }) => event.output },
                target: '#plan.finishing',
                actions: [
                  { type: 'recordCheckpoint', params: ({ event }) => event.output },
                  { type: 'recordApplied', params: ({ event }) => ({ output: event.output }) },
                  { type: 'setPosition', params: { phase: 'apply', state: 'applied' } },
                ],
              },
              {
                guard: { type: 'isStoppedBeforeApply', params: ({ event }) => event.output },
                target: '#plan.stopping',
                actions: { type: 'recordCheckpoint', params: ({ event }) => event.output },
              },
              {
                target: '#plan.active.lifecycle.apply.constrained',
                actions: [
                  { type: 'recordCheckpoint', params: ({ event }) => event.output },
                  { type: 'setConstrained', params: ({ event }) => ({ output: event.output }) },
                ],
              },
            ],
            onError: [
              {
                guard: 'isStopping',
                target: '#plan.stopping',
                actions: { type: 'setError', params: ({ event }) => ({ error: event.error }) },
              },
              {
                target: 'recovering',
                actions: { type: 'setError', params: ({ event }) => ({ error: event.error }) },
              },
            ],
          },
        },
        recovering: recoveryState('apply'),
      },
    },
    constrained: {
      tags: ['phase:apply', 'state:constrained', 'resting'],
      entry: ['clearApproval', { type: 'setPosition', params: { phase: 'apply', state: 'constrained' } }],
      on: { applyPart, revert: { ...revert, actions: { type: 'stopForRevert', params: ({ event }) => event } } },
    },
    errored: {
      tags: ['phase:apply', 'state:errored', 'resting'],
      entry: ['clearApproval', { type: 'setPosition', params: { phase: 'apply', state: 'errored' } }],
      on: { applyPart, revert: { ...revert, actions: { type: 'stopForRevert', params: ({ event }) => event } } },
    },
  },
});
