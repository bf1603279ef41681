import type { Phase } from '../../src/model/plan.ts';
import { failureAt } from './advising.ts';
import { planSetup } from './setup.ts';

/** What follows a failure while processing: it is made sense of, told once, and the plan rests in `errored`. */
export const recovering = (phase: Phase) =>
  planSetup.createStateConfig({
    invoke: {
      id: 'recover',
      src: 'recover',
      input: ({ context }) => ({
        spec: context.spec,
        phase,
        attempt: context.attempt,
        fault: failureAt(context, { phase, state: 'errored' }).fault,
        sandbox: context.sandbox,
      }),
      onDone: {
        target: `#plan.open.alive.${phase}.errored`,
        actions: [
          { type: 'keepRecovery', params: ({ event }) => ({ found: event.output }) },
          { type: 'recordDecisions', params: ({ event }) => ({ decisions: event.output.decisions }) },
          { type: 'recordCheckpoint', params: ({ event }) => ({ checkpoint: event.output.checkpoint }) },
        ],
      },
      onError: {
        target: `#plan.open.alive.${phase}.errored`,
        actions: { type: 'keepUnrecovered', params: ({ event }) => ({ error: event.error }) },
      },
    },
  });
