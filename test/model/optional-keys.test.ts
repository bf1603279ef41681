import { expect, test } from 'vitest';
import { omitUndefined } from '../../src/model/optional-keys.ts';

test('Keys whose value is undefined are left out; null, false and empty text are values', () => {
  const values = { a: undefined, b: null, c: false, d: '', e: 0 };
  expect(Object.entries(omitUndefined(values))).toEqual([
    ['b', null],
    ['c', false],
    ['d', ''],
    ['e', 0],
  ]);
});
