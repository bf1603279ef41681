import type { Phase } from '../../../src/model/plan.ts';
import { planActions } from '../actions/phases.ts';
import { describeFailure } from '../failure.ts';

/** What follows a failure while processing: it is made sense of, told once, and the plan rests in `errored`. */
export const recoveryState = (phase: Phase) =>
  planActions.createStateConfig({
    invoke: {
      id: 'recover',
      src: 'recover',
      input: ({ context }) => ({
        spec: context.spec,
        phase,
        attempt: context.attempt,
        error: describeFailure(context, { phase, state: 'errored' }).error,
        sandbox: context.sandbox,
      }),
      onDone: {
        target: `#plan.active.lifecycle.${phase}.errored`,
        actions: [
          { type: 'setRecovery', params: ({ event }) => ({ found: event.output }) },
          { type: 'recordDecisions', params: ({ event }) => ({ decisions: event.output.decisions }) },
          { type: 'recordCheckpoint', params: ({ event }) => ({ checkpoint: event.output.checkpoint }) },
        ],
      },
      onError: {
        target: `#plan.active.lifecycle.${phase}.errored`,
        actions: { type: 'setRecoveryFailed', params: ({ event }) => ({ error: event.error }) },
      },
    },
  });
