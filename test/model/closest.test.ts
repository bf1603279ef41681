import { describe, expect, test } from 'vitest';
import { closest } from '../../src/model/closest.ts';

describe('closest', () => {
  const known = ['strategyActor', 'executionActor', 'invariants', 'name'];

  test('finds the word that a slip of the fingers was meant to be', () => {
    expect(closest('strategyActr', known)).toBe('strategyActor');
    expect(closest('invarinats', known)).toBe('invariants');
    expect(closest('naem', known)).toBe('name');
  });

  test('does not mind the case', () => {
    expect(closest('EXECUTIONACTOR', known)).toBe('executionActor');
  });

  test('stays silent when nothing is near', () => {
    expect(closest('zebra', known)).toBeNull();
    expect(closest('ab', ['xy'])).toBeNull();
    expect(closest('x', [])).toBeNull();
  });

  test('prefers the nearer of two', () => {
    expect(closest('apply', ['reply', 'applys'])).toBe('applys');
  });
});
