import { planSetup } from './setup.ts';

/** What is under way below a plan that goes back: the merge is dropped, the children are called home, then it goes on. */
export const callingBack = (target: string) =>
  planSetup.createStateConfig({
    entry: ['stopMerge', 'dropMerge'],
    initial: 'deciding',
    states: {
      deciding: { always: [{ guard: 'isGrouped', target: 'dispersing' }, { target }] },
      dispersing: {
        entry: 'callBackGroup',
        on: {
          'xstate.done.actor.subplans': { target, actions: ['stopGroup', 'dropGroup'] },
          'xstate.error.actor.subplans': { target, actions: ['stopGroup', 'dropGroup'] },
        },
      },
    },
  });
