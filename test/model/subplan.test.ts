import { describe, expect, test } from 'vitest';
import { SubplanConfig, SubplanState, SubplanStatus } from '../../src/model/subplan.ts';
import { sampleError, ulidOf } from '../machines/fixtures.ts';

describe('The configuration of subplans', () => {
  test('has the defaults of the specification [R9, R11]', () => {
    expect(SubplanConfig.parse({})).toEqual({
      executionMode: 'parallel',
      maxParallel: 5,
      mergeStrategy: 'threeWay',
      conflictPolicy: 'manual',
      failFast: false,
      timeoutSeconds: null,
      retryFailed: true,
      maxRetries: 2,
      retryDelayMs: 1000,
      isolation: 'worktree',
      recursive: false,
    });
  });

  test.each([
    ['maxParallel', 1, 50],
    ['maxRetries', 0, 20],
  ] as const)('accepts %s from %i to %i only [R9, R11]', (key, least, most) => {
    const takes = (value: number) => SubplanConfig.safeParse({ [key]: value }).success;
    expect([least - 1, least, most, most + 1, least + 0.5].map(takes)).toEqual([false, true, true, false, false]);
  });

  test.each([
    { timeoutSeconds: 0 },
    { retryDelayMs: -1 },
    { mergeStrategy: 'twoWay' },
    { executionMode: 'random' },
    { maxparallel: 3 },
  ])('rejects %o [R9, R11]', config => {
    expect(SubplanConfig.safeParse(config).success).toBe(false);
  });
});

describe('The status of a subplan', () => {
  const status = {
    planId: ulidOf('C'),
    decisionId: ulidOf('D'),
    goal: 'write b',
    state: 'failed',
    attempt: 2,
    error: sampleError(),
    attempts: [
      { attempt: 1, error: sampleError(), wasRetried: true },
      { attempt: 2, error: sampleError(), wasRetried: false },
    ],
    treeOid: null,
  };

  test('is parsed as written, with every failure [R11]', () => {
    expect(SubplanStatus.parse(JSON.parse(JSON.stringify(status)))).toEqual(status);
  });

  test('is one of five values, and attempts are counted from 1 [R11]', () => {
    expect(SubplanState.options).toEqual(['pending', 'running', 'complete', 'failed', 'cancelled']);
    expect(SubplanStatus.safeParse({ ...status, state: 'stuck' }).success).toBe(false);
    expect(SubplanStatus.safeParse({ ...status, attempt: 0 }).success).toBe(false);
  });
});
