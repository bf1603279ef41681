import { expect, test } from 'vitest';
import { explainState } from '../../src/presentation/next-steps.ts';
import { progressText } from '../../src/presentation/progress-text.ts';
import { childId, planRecord } from '../cli/sample-records.ts';

const child = (state: 'complete' | 'running') => ({
  ...{ planId: childId, decisionId: childId, goal: 'part', state, attempt: 1 },
  ...{ error: null, attempts: [], treeOid: null },
});
const atWork = { phase: 'execute', state: 'processing', resting: false } as const;

test('[R95] the progress of a plan is its last step and its subplans', () => {
  expect(progressText(planRecord({ ...atWork, phase: 'strategize', lastCompletedStep: 3 }))).toBe('strategize');
  expect(progressText(planRecord({ ...atWork, lastCompletedStep: 3 }))).toBe('execute, after step 4');
  const subplanStatuses = [child('complete'), child('running')];
  expect(progressText(planRecord({ ...atWork, subplanStatuses }))).toBe('execute, 1 of 2 subplans complete');
});

test('a plan in progress is working while a process has its store open, and was interrupted when none has', () => {
  const plan = planRecord({ ...atWork, availableCommands: ['pause', 'cancel'] });
  const id = plan.planId.slice(-8);
  const commands = [`troupe plan pause ${id}`, `troupe plan cancel ${id}`];
  expect(explainState(plan, { attached: true })).toEqual({ reason: 'Working: execute.', next: commands });
  expect(explainState(plan, { attached: false })).toEqual({
    reason: 'Its process ended while it was at work (execute); nothing that was done is lost.',
    next: [`troupe plan resume ${id}`, ...commands],
  });
});

test.each(['applied', 'cancelled'] as const)('a plan that is %s was not interrupted', state => {
  const plan = planRecord({ state, resting: false, availableCommands: [] });
  expect(explainState(plan, { attached: false })).toMatchObject({
    reason: expect.stringMatching(new RegExp(`^${state}: `, 'i')),
    next: [],
  });
});
