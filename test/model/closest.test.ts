import { describe, expect, test } from 'vitest';
import { closest } from '../../src/model/closest.ts';

describe('closest', () => {
  const known = ['strategyActor', 'executionActor', 'invariants', 'name'];

  test('finds the word that was mistyped', () => {
    expect(closest('strategyActr', known)).toBe('strategyActor');
    expect(closest('invarinats', known)).toBe('invariants');
    expect(closest('naem', known)).toBe('name');
  });

  test('ignores case', () => {
    expect(closest('EXECUTIONACTOR', known)).toBe('executionActor');
  });

  test('returns null when no word is similar enough', () => {
    expect(closest('zebra', known)).toBeNull();
    expect(closest('ab', ['xy'])).toBeNull();
    expect(closest('x', [])).toBeNull();
  });

  test('prefers the more similar of two', () => {
    expect(closest('apply', ['reply', 'applys'])).toBe('applys');
  });
});
