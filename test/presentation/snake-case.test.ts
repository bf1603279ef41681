import { describe, expect, test } from 'vitest';
import { toSnakeCaseKeys } from '../../src/presentation/snake-case.ts';

describe('keys in JSON output', () => {
  test('are in snake_case at every level', () => {
    expect(
      toSnakeCaseKeys({ planId: 'a', subplanStatuses: [{ treeOid: null, attempts: [{ wasRetried: true }] }] }),
    ).toEqual({
      plan_id: 'a',
      subplan_statuses: [{ tree_oid: null, attempts: [{ was_retried: true }] }],
    });
  });

  test('stay unchanged in user data', () => {
    expect(toSnakeCaseKeys({ arguments: { fromName: 1 }, errorDetails: { someKey: 2 } })).toEqual({
      arguments: { fromName: 1 },
      error_details: { someKey: 2 },
    });
  });
});
