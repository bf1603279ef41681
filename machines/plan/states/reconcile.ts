import type { Phase } from '../../../src/model/plan.ts';
import { planActions } from '../actions/phases.ts';
import { errorFromOutput } from '../transitions.ts';

interface ReconcileOptions {
  /** The phase that is about to be entered, or whose result is being judged; null is the one the plan is in. */
  phase: Phase | null;
  /** What changed, when something did: the sandbox against the tree it started from. */
  checks: 'nothing' | 'result';
  passed: string;
  blocked: string;
}

/** The reconciliation at a phase boundary: the invariants hold, or the plan does not go on. */
export const reconcileState = ({ phase, checks, passed, blocked }: ReconcileOptions) =>
  planActions.createStateConfig({
    tags: ['checking'],
    /** One at a time: who asks again while it runs is told so by `refusal`. Before Strategize `execute` is yet to be heard. */
    on: phase === 'strategize' ? {} : { execute: {}, apply: {} },
    invoke: {
      id: 'reconciliation',
      src: 'reconciliation',
      input: ({ context: { spec, position, startTree, resultTree, sandbox, applyRequest } }) => {
        // The sandbox holds all of the result: a part of it that was chosen is judged in a place of its own.
        const part = phase === 'apply' ? applyRequest?.selection?.treeOid : undefined;
        return {
          spec,
          phase: phase ?? position.phase,
          fromTree: checks === 'result' ? startTree : null,
          toTree: checks === 'result' ? (part ?? resultTree) : null,
          sandbox: checks === 'result' && part === undefined ? sandbox : null,
        };
      },
      onDone: [
        {
          guard: { type: 'isReconciled', params: ({ event }) => ({ outcome: event.output.outcome }) },
          target: passed,
          actions: { type: 'setInvariants', params: ({ event }) => ({ output: event.output }) },
        },
        {
          target: blocked,
          actions: {
            type: 'setError',
            params: ({ event }) => ({ error: errorFromOutput(event.output) }),
          },
        },
      ],
      onError: { target: blocked, actions: { type: 'setError', params: ({ event }) => ({ error: event.error }) } },
    },
  });
