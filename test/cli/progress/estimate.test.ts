import { describe, expect, test } from 'vitest';
import { absorb, type Board } from '../../../src/cli/progress/board.ts';
import { howFar } from '../../../src/cli/progress/estimate.ts';
import { created, moved, rootId } from '../records.ts';

const childOf = (index: number) => `01KAJ0000000000000CH11DP${index}N`;

describe('how far a run came', () => {
  test('counts subplans, and says how long the rest may take once two are done', () => {
    const board: Board = new Map();
    const at = (time: string) => Date.parse(`2026-11-21T${time}.000Z`);
    absorb(board, created(rootId, 'Rename'));
    expect(howFar(board, at('10:00:00'))).toBe('');
    for (const index of [1, 2, 3, 4]) absorb(board, created(childOf(index), `part ${index}`, rootId));
    expect(howFar(board, at('10:00:00'))).toBe('0 of 4 subplans done');
    for (const index of [1, 2, 3, 4]) absorb(board, moved(childOf(index), ['execute', 'processing'], '10:00:00'));
    absorb(board, moved(childOf(1), ['execute', 'complete'], '10:00:30'));
    expect(howFar(board, at('10:00:30'))).toBe('1 of 4 subplans done');
    absorb(board, moved(childOf(2), ['execute', 'errored'], '10:00:40'));
    expect(howFar(board, at('10:00:40'))).toBe('2 of 4 subplans done, about 0:40 left');
    absorb(board, moved(childOf(3), ['execute', 'complete'], '10:00:40'));
    absorb(board, moved(childOf(4), ['execute', 'cancelled'], '10:00:40'));
    expect(howFar(board, at('10:00:41'))).toBe('4 of 4 subplans done');
  });
});
