import type { Phase } from '../../src/model/plan.ts';
import { faultIn } from './failing.ts';
import { planSetup } from './setup.ts';

interface Boundary {
  /** The phase that is about to be entered, or whose result is being judged; null is the one the plan is in. */
  phase: Phase | null;
  /** What changed, when something did: the sandbox against the tree it started from. */
  judges: 'nothing' | 'result';
  passed: string;
  blocked: string;
}

/** The reconciliation at a phase boundary: the invariants hold, or the plan does not go on. */
export const boundary = ({ phase, judges, passed, blocked }: Boundary) =>
  planSetup.createStateConfig({
    tags: ['checking'],
    /** One at a time: who asks again while it runs is told so by `refusal`. Before Strategize `execute` is yet to be heard. */
    on: phase === 'strategize' ? {} : { execute: {}, apply: {} },
    invoke: {
      id: 'reconciliation',
      src: 'reconciliation',
      input: ({ context: { spec, place, startTree, resultTree, sandbox, landing } }) => {
        // The sandbox holds all of the result: a part of it that was chosen is judged in a place of its own.
        const part = phase === 'apply' ? landing?.chosen?.treeOid : undefined;
        return {
          spec,
          phase: phase ?? place.phase,
          fromTree: judges === 'result' ? startTree : null,
          toTree: judges === 'result' ? (part ?? resultTree) : null,
          sandbox: judges === 'result' && part === undefined ? sandbox : null,
        };
      },
      onDone: [
        {
          guard: { type: 'isReconciled', params: ({ event }) => ({ outcome: event.output.outcome }) },
          target: passed,
          actions: { type: 'keepInvariants', params: ({ event }) => ({ output: event.output }) },
        },
        {
          target: blocked,
          actions: {
            type: 'keepFault',
            params: ({ event }) => ({ error: faultIn(event.output) }),
          },
        },
      ],
      onError: { target: blocked, actions: { type: 'keepFault', params: ({ event }) => ({ error: event.error }) } },
    },
  });
