import { describe, expect, test } from 'vitest';
import { differing, watched } from '../../actors/project.ts';
import type { Fingerprint, Project } from '../../src/ports/project.ts';

const still = { head: 'main 1', index: 'i', status: { 'a.txt': '1' } };

describe('what moved in a checkout', () => {
  test('is nothing when it stood still', () => {
    expect(differing(still, { ...still, status: { ...still.status } })).toEqual([]);
  });

  test('is every file that changed, came or went, by name [R126]', () => {
    expect(differing(still, { ...still, status: { 'a.txt': '2', 'b.txt': '1' } })).toEqual(['a.txt', 'b.txt']);
    expect(differing(still, { ...still, status: {} })).toEqual(['a.txt']);
  });

  test('is HEAD or the index where no file shows it', () => {
    expect(differing(still, { ...still, head: 'main 2' })).toEqual(['HEAD']);
    expect(differing(still, { ...still, index: 'j' })).toEqual(['index']);
  });
});

describe('a checkout that is watched', () => {
  /** A checkout that answers in turn; the last answer stays. */
  const checkout = (looks: Fingerprint[], landings: { marks: string; underWay: boolean }[]) =>
    ({
      root: '/project',
      fingerprint: async () => (looks.length > 1 ? looks.shift() : looks[0]),
      landings: async () => (landings.length > 1 ? landings.shift() : landings[0]),
    }) as unknown as Project;
  const moved = { ...still, status: { 'a.txt': '2' } };
  const idle = { marks: 'one', underWay: false };
  const work = async () => 'done';

  test('fails the work when it moved and nobody landed anything [R126]', async () => {
    await expect(watched(checkout([still, moved], [idle]), work)).rejects.toMatchObject({
      code: 'CHECKOUT_TOUCHED',
      details: { files: ['a.txt'] },
    });
    expect(await watched(checkout([still], [idle]), work)).toBe('done');
  });

  test.each([
    ['came meanwhile', [idle, { ...idle, marks: 'two' }]],
    ['was under way when the work began', [{ ...idle, underWay: true }, idle]],
    ['is under way when it ends', [idle, { ...idle, underWay: true }]],
  ])('does not when a landing of ours %s, of whatever plan or process', async (_, landings) => {
    expect(await watched(checkout([still, moved], landings), work)).toBe('done');
  });
});
