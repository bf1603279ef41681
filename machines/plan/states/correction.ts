/**
 * One decision changed afterwards, and the plan run again from there: all or nothing. What is under way is held first,
 * as in a pause. Up to where nothing can fail any more the correction is a machine of its own; if it refuses, the plan
 * goes on from where it was. Then the children are called back, and in one turn the old attempt is over and the new one
 * stands. The invariants are reconciled after that, which says what does not hold and stops nothing.
 */
import { primaryProject } from '../../../src/model/primary-project.ts';
import { planActions } from '../actions/phases.ts';
import { effectiveSpec, expectedSandboxTree, requireCorrection } from '../context.ts';
import { errorFromOutput } from '../transitions.ts';
import { stopChildrenState } from './stop-children.ts';

export const correctingState = planActions.createStateConfig({
  initial: 'preparing',
  states: {
    preparing: {
      invoke: {
        id: 'correction',
        src: 'correction',
        input: ({ context }) => ({
          spec: effectiveSpec(context),
          order: requireCorrection(context).order,
          attempt: context.attempt,
          sandbox: context.sandbox,
          expected: expectedSandboxTree(context),
        }),
        onDone: [
          {
            guard: { type: 'isCorrected', params: ({ event }) => event.output },
            target: 'stoppingChildren',
            actions: { type: 'setPreparedCorrection', params: ({ event }) => ({ output: event.output }) },
          },
          {
            target: 'rejected',
            actions: {
              type: 'emitCorrectionFailed',
              params: ({ event }) => ({ error: errorFromOutput(event.output) }),
            },
          },
        ],
        onError: { target: 'rejected', actions: { type: 'emitCorrectionFailed', params: ({ event }) => event } },
      },
    },
    rejected: {
      exit: 'clearCorrection',
      always: [
        { guard: 'wasPaused', target: '#plan.active.paused' },
        { target: '#plan.active.resuming.acquiringSlot' },
      ],
    },
    stoppingChildren: stopChildrenState('#plan.active.correcting.reconciling'),
    reconciling: {
      entry: 'applyCorrection',
      exit: 'clearCorrection',
      invoke: {
        id: 'reconciliation',
        src: 'reconciliation',
        input: ({ context }) => ({
          spec: context.spec,
          phase: context.position.phase,
          fromTree: requireCorrection(context).order.treeOid === null ? null : primaryProject(context.spec).baseTree,
          toTree: requireCorrection(context).order.treeOid,
          sandbox: context.sandbox,
        }),
        onDone: 'corrected',
        onError: 'corrected',
      },
    },
    corrected: {
      always: [
        { guard: 'hasStrategy', target: '#plan.active.lifecycle.execute.queued' },
        { target: '#plan.active.lifecycle.strategize.queued.checking' },
      ],
    },
  },
});
