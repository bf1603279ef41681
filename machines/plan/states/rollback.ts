/**
 * Back to a checkpoint, all or nothing. What is under way is held first, as in a pause. Until the files are back nothing
 * else has changed: if that fails, the plan goes on from where it was. After it nothing can fail any more: the children
 * are called back, and in one turn the machine is what it was at the checkpoint and what was recorded since holds no longer.
 */

import { planActions } from '../actions/phases.ts';
import { effectiveSpec, expectedSandboxTree, requireRollback, requireSandbox } from '../context.ts';
import { stopChildrenState } from './stop-children.ts';

export const rollingBack = planActions.createStateConfig({
  initial: 'restoring',
  states: {
    restoring: {
      invoke: {
        id: 'rollback',
        src: 'rollback',
        input: ({ context }) => ({
          spec: effectiveSpec(context),
          sandbox: requireSandbox(context),
          order: requireRollback(context).order,
          expected: expectedSandboxTree(context),
        }),
        onDone: {
          target: 'stoppingChildren',
          actions: { type: 'setRestored', params: ({ event }) => ({ found: event.output }) },
        },
        onError: [
          {
            guard: 'wasPaused',
            target: '#plan.active.paused',
            actions: [{ type: 'emitRollbackFailed', params: ({ event }) => ({ error: event.error }) }, 'clearRollback'],
          },
          {
            target: '#plan.active.resuming.acquiringSlot',
            actions: [{ type: 'emitRollbackFailed', params: ({ event }) => ({ error: event.error }) }, 'clearRollback'],
          },
        ],
      },
    },
    stoppingChildren: stopChildrenState('#plan.active.rollingBack.childrenStopped'),
    /** A child goes on at once: its parent waits. */
    childrenStopped: {
      always: [
        { guard: 'isChild', target: '#plan.active.lifecycle.execute.queued', actions: 'restoreCheckpointState' },
        { target: '#plan.active.lifecycle.execute.queued.rolledBack', actions: 'restoreCheckpointState' },
      ],
    },
  },
});
