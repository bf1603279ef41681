import { describe, expect, test } from 'vitest';
import { progressWithEta } from '../../../src/cli/progress/eta.ts';
import { type ActivityByPlan, applyEvent } from '../../../src/presentation/plan-activity.ts';
import { phaseChanged, planCreated, rootId } from '../sample-records.ts';

const childOf = (index: number) => `01KAJ0000000000000CH11DP${index}N`;

describe('the progress of a run', () => {
  test('counts subplans, and estimates the remaining time once two are done', () => {
    const board: ActivityByPlan = new Map();
    const at = (time: string) => Date.parse(`2026-11-21T${time}.000Z`);
    applyEvent(board, planCreated(rootId, 'Rename'));
    expect(progressWithEta(board, at('10:00:00'))).toBe('');
    for (const index of [1, 2, 3, 4]) applyEvent(board, planCreated(childOf(index), `part ${index}`, rootId));
    expect(progressWithEta(board, at('10:00:00'))).toBe('0 of 4 subplans done');
    for (const index of [1, 2, 3, 4])
      applyEvent(board, phaseChanged(childOf(index), ['execute', 'processing'], '10:00:00'));
    applyEvent(board, phaseChanged(childOf(1), ['execute', 'complete'], '10:00:30'));
    expect(progressWithEta(board, at('10:00:30'))).toBe('1 of 4 subplans done');
    applyEvent(board, phaseChanged(childOf(2), ['execute', 'errored'], '10:00:40'));
    expect(progressWithEta(board, at('10:00:40'))).toBe('2 of 4 subplans done, about 40 s left');
    applyEvent(board, phaseChanged(childOf(3), ['execute', 'complete'], '10:00:40'));
    applyEvent(board, phaseChanged(childOf(4), ['execute', 'cancelled'], '10:00:40'));
    expect(progressWithEta(board, at('10:00:41'))).toBe('4 of 4 subplans done');
  });
});
