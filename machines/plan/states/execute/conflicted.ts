import { planActions } from '../../actions/phases.ts';
import { effectiveSpec, requireSandboxAndStart, requireTree } from '../../context.ts';
import { onChildActorError } from '../../transitions.ts';
import { applyPart } from '../apply-part.ts';

/** Children changed the same lines. The files stand in the sandbox with markers; a person or a policy settles them. */
export const conflicted = planActions.createStateConfig({
  tags: ['state:conflicted'],
  entry: { type: 'setPosition', params: { phase: 'execute', state: 'conflicted' } },
  initial: 'writingConflictMarkers',
  on: {
    resolve: {
      guard: { type: 'isOpenConflict', params: ({ event }) => event },
      target: '.resolving',
      actions: { type: 'resolveConflict', params: ({ event }) => event },
    },
    'merge.conflicted': {
      target: '.writingConflictMarkers',
      actions: { type: 'setConflicts', params: ({ event }) => event },
    },
    'merge.reopened': { actions: { type: 'reopenConflict', params: ({ event }) => event } },
    'merge.resumed': {
      guard: 'hasNoConflicts',
      target: '#plan.active.lifecycle.execute.processing.merging',
      actions: 'clearError',
    },
  },
  states: {
    writingConflictMarkers: {
      invoke: {
        id: 'restoreTree',
        src: 'restoreTree',
        input: ({ context }) => ({
          spec: effectiveSpec(context),
          sandbox: requireSandboxAndStart(context).sandbox,
          tree: requireTree(context, 'mergedTree'),
          toSee: true,
        }),
        onDone: 'resting',
        onError: onChildActorError,
      },
    },
    resting: { tags: ['resting'], on: { applyPart } },
    /** The merge is carrying out what it was told. It says when something is left, or goes on. */
    resolving: { exit: 'withdrawApprovals' },
  },
});
