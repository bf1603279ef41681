/**
 * Execute: work in a sandbox, children, merge, checks, review. A child plan ends here and its supervisor takes the
 * result; a root plan rests at `complete`. A conflict rests it at `conflicted` until every file is settled.
 */
import { land } from '../land.ts';
import { planSetup } from '../setup.ts';
import { conflicted } from './conflicted.ts';
import { processing } from './processing.ts';

const queued = planSetup.createStateConfig({
  tags: ['state:queued'],
  entry: { type: 'enter', params: { phase: 'execute', state: 'queued' } },
  initial: 'deciding',
  states: {
    deciding: { always: [{ guard: 'isChild', target: '#plan.open.alive.execute.processing' }, { target: 'waiting' }] },
    /** Taken back to a checkpoint: whoever did that says when to go on. */
    returned: { tags: ['resting'], on: { execute: 'deciding' } },
    /** Root plans wait for their turn; children do not count, their group has its own cap. */
    waiting: {
      entry: { type: 'wantSlot', params: { returns: false } },
      exit: 'leaveSlot',
      on: { start: { target: '#plan.open.alive.execute.processing', actions: 'takeSlot' } },
    },
  },
});

const complete = planSetup.createStateConfig({
  tags: ['state:complete'],
  entry: { type: 'enter', params: { phase: 'execute', state: 'complete' } },
  initial: 'deciding',
  states: {
    deciding: {
      always: [
        { guard: 'isChild', target: '#plan.parting' },
        { guard: 'mayApplyItself', target: '#plan.open.alive.apply.entering' },
        { target: 'resting' },
      ],
    },
    resting: { tags: ['resting'], on: { land } },
  },
});

const errored = planSetup.createStateConfig({
  tags: ['state:errored'],
  entry: { type: 'enter', params: { phase: 'execute', state: 'errored' } },
  initial: 'deciding',
  states: {
    deciding: { always: [{ guard: 'isChild', target: '#plan.parting' }, { target: 'resting' }] },
    resting: {
      tags: ['resting'],
      on: { land, execute: { guard: 'landsNothing', target: '#plan.open.alive.execute.queued' } },
    },
  },
});

export const execute = planSetup.createStateConfig({
  initial: 'queued',
  tags: ['phase:execute'],
  on: {
    revert: {
      guard: 'mayRevert',
      target: '#plan.recalling',
      actions: { type: 'recallToRevert', params: ({ event }) => event },
    },
  },
  states: { queued, processing, conflicted, complete, errored },
});
