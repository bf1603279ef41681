import { planActions } from '../actions/phases.ts';

/** What is under way below a plan that goes back: the merge is dropped, the children are called home, then it goes on. */
export const stopChildrenState = (target: string) =>
  planActions.createStateConfig({
    entry: ['stopMerge', 'clearMerge'],
    initial: 'routing',
    states: {
      routing: { always: [{ guard: 'hasRunningSubplans', target: 'stoppingSubplans' }, { target }] },
      stoppingSubplans: {
        entry: 'cancelSubplans',
        on: {
          'xstate.done.actor.subplans': { target, actions: ['stopSubplans', 'clearSubplans'] },
          'xstate.error.actor.subplans': { target, actions: ['stopSubplans', 'clearSubplans'] },
        },
      },
    },
  });
