import { describe, expect, test } from 'vitest';
import type { Conflict, Resolution } from '../../src/model/conflict.ts';
import { resolutionError, resolvesConflict, withHunkResolved } from '../../src/model/resolution.ts';

const part = { start: 0, length: 1 };
const hunk = (taken: 'ours' | null) => ({ base: part, ours: part, theirs: part, taken });
const conflict = (more: object) => ({ conflictId: 'C', path: 'f', hunks: [], ...more }) as unknown as Conflict;
const ours: Resolution = { take: 'ours' };
const attempt = (number: number): Resolution => ({ take: 'attempt', attempt: number });
const pick = (number: number): Resolution => ({ take: 'hunk', hunk: number, pick: 'theirs' });
const actor: Resolution = { take: 'actor', actor: null };

describe('A resolution', () => {
  const attempts = conflict({ attempts: [{ attempt: 1 }, { attempt: 2 }] });
  const half = conflict({ hunks: [hunk('ours'), hunk(null)] });

  test.each<[string, Conflict, Resolution, ReturnType<typeof resolutionError>]>([
    ['takes an attempt that there is', attempts, attempt(2), null],
    ['takes no attempt that there is not', attempts, attempt(3), 'unknown'],
    ['takes no attempt where there are none', half, attempt(1), 'unknown'],
    ['lets an agent choose an attempt', attempts, actor, null],
    ['takes no side of attempts', attempts, ours, 'unknown'],
    ['takes a side while a hunk is open', half, ours, null],
    ['takes no side after the last hunk', conflict({ hunks: [hunk('ours')] }), ours, 'resolved'],
    ['takes a side of a file without hunks', conflict({}), ours, null],
    ['takes an open hunk', half, pick(2), null],
    ['takes no hunk twice', half, pick(1), 'resolved'],
    ['takes no hunk that there is not', half, pick(3), 'unknown'],
  ])('%s', (_name, of, resolution, error) => {
    expect(resolutionError(of, resolution)).toBe(error);
  });

  test('of the last hunk resolves the conflict, that of another one does not', () => {
    const open = conflict({ hunks: [hunk(null), hunk(null)] });
    expect(resolvesConflict(open, pick(1))).toBe(false);
    expect(resolvesConflict(half, pick(2))).toBe(true);
    expect(resolvesConflict(open, ours)).toBe(true);
    expect(withHunkResolved(half, pick(2)).hunks.map(({ taken }) => taken)).toEqual(['ours', 'theirs']);
    expect(withHunkResolved(half, ours)).toBe(half);
  });
});
