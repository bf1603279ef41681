import { describe, expect, test } from 'vitest';
import { differing } from '../../actors/project.ts';

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
