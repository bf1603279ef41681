import { describe, expect, test } from 'vitest';
import { toSnakeCaseKeys } from '../../src/presentation/snake-case.ts';

describe('keys for machines', () => {
  test('are in snake_case all the way down', () => {
    expect(
      toSnakeCaseKeys({ planId: 'a', subplanStatuses: [{ treeOid: null, attempts: [{ wasRetried: true }] }] }),
    ).toEqual({
      plan_id: 'a',
      subplan_statuses: [{ tree_oid: null, attempts: [{ was_retried: true }] }],
    });
  });

  test('stay as they are where they are somebody else’s words', () => {
    expect(toSnakeCaseKeys({ arguments: { fromName: 1 }, errorDetails: { someKey: 2 } })).toEqual({
      arguments: { fromName: 1 },
      error_details: { someKey: 2 },
    });
  });
});
