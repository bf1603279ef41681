import { expect, test } from 'vitest';
import type { PlanEvent } from '../../../src/index.ts';
import { workTime } from '../../../src/runtime/correction/impact.ts';

/** A journal of state changes: the new state, and at which second. */
function moves(...list: [to: string, second: number][]): PlanEvent[] {
  return list.map(([to, second], at) => {
    const [phase, state] = to.split('.');
    return {
      ...{ type: 'plan.phase_changed', planId: 'P', seq: String(at), at: new Date(second * 1000).toISOString() },
      ...{ from: { phase, state }, to: { phase, state }, cause: 'test' },
    } as PlanEvent;
  });
}

const journal = moves(
  ['strategize.queued', 0],
  ['strategize.processing', 5],
  ['strategize.complete', 12],
  ['execute.queued', 100],
  ['execute.processing', 130],
  ['execute.complete', 150],
);

test('The estimated time of a correction is the time of the work it repeats, without waiting times [R90]', () => {
  expect(workTime(journal, 'strategize')).toBe(27_000);
  expect(workTime(journal, 'work')).toBe(20_000);
  expect(workTime(journal, 'children')).toBe(20_000);
  expect(workTime([], 'work')).toBe(0);
});

test('Work of an earlier attempt is not repeated and does not count [R90]', () => {
  const second = moves(
    ['strategize.queued', 200],
    ['strategize.processing', 201],
    ['strategize.complete', 204],
    ['execute.processing', 210],
    ['execute.conflicted', 211],
    ['execute.processing', 300],
    ['execute.complete', 305],
  );
  expect(workTime([...journal, ...second], 'strategize')).toBe(9_000);
  expect(workTime([...journal, ...second], 'work')).toBe(6_000);
});
