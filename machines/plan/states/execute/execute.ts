/**
 * Execute: work in a sandbox, children, merge, checks, review. A child plan ends here and its supervisor takes the
 * result; a root plan rests at `complete`. A conflict rests it at `conflicted` until every file is settled.
 */

import { planActions } from '../../actions/phases.ts';
import { applyPart } from '../apply-part.ts';
import { conflicted } from './conflicted.ts';
import { processing } from './processing.ts';

const queued = planActions.createStateConfig({
  tags: ['state:queued'],
  entry: { type: 'setPosition', params: { phase: 'execute', state: 'queued' } },
  initial: 'routing',
  states: {
    routing: {
      always: [{ guard: 'isChild', target: '#plan.active.lifecycle.execute.processing' }, { target: 'waiting' }],
    },
    /** Taken back to a checkpoint: whoever did that says when to go on. */
    rolledBack: { tags: ['resting'], on: { execute: 'routing' } },
    /** Root plans wait for their turn; children do not count, their group has its own cap. */
    waiting: {
      entry: { type: 'requestSlot', params: { resumes: false } },
      exit: 'releaseSlot',
      on: { start: { target: '#plan.active.lifecycle.execute.processing', actions: 'acquireSlot' } },
    },
  },
});

const complete = planActions.createStateConfig({
  tags: ['state:complete'],
  entry: { type: 'setPosition', params: { phase: 'execute', state: 'complete' } },
  initial: 'routing',
  states: {
    routing: {
      always: [
        { guard: 'isChild', target: '#plan.finishing' },
        { guard: 'mayApplyAutomatically', target: '#plan.active.lifecycle.apply.checking' },
        { target: 'resting' },
      ],
    },
    resting: { tags: ['resting'], on: { applyPart } },
  },
});

const errored = planActions.createStateConfig({
  tags: ['state:errored'],
  entry: { type: 'setPosition', params: { phase: 'execute', state: 'errored' } },
  initial: 'routing',
  states: {
    routing: { always: [{ guard: 'isChild', target: '#plan.finishing' }, { target: 'resting' }] },
    resting: {
      tags: ['resting'],
      on: { applyPart, execute: { guard: 'isNotApplyingPart', target: '#plan.active.lifecycle.execute.queued' } },
    },
  },
});

export const execute = planActions.createStateConfig({
  initial: 'queued',
  tags: ['phase:execute'],
  on: {
    revert: {
      guard: 'mayRevert',
      target: '#plan.stopping',
      actions: { type: 'stopForRevert', params: ({ event }) => event },
    },
  },
  states: { queued, processing, conflicted, complete, errored },
});
