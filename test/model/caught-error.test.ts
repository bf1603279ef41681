import { describe, expect, test } from 'vitest';
import { hasCode, messageOf } from '../../src/model/caught-error.ts';

test('The message of what was thrown is that of an error, or the value as text', () => {
  expect(messageOf(new TypeError('no such key'))).toBe('no such key');
  expect(messageOf('stopped')).toBe('stopped');
  expect(messageOf(undefined)).toBe('undefined');
});

describe('The code of what was thrown', () => {
  const missing = Object.assign(new Error('no such file'), { code: 'ENOENT' });

  test.each([
    ['of an error, among several', missing, ['EPERM', 'ENOENT'], true],
    ['of an error, not among them', missing, ['EPERM'], false],
    ['as a number', Object.assign(new Error('refused'), { code: -32000 }), [-32000], true],
    ['of an error without a code', new Error('no such file'), ['ENOENT'], false],
    ['of a value that is no error', { code: 'ENOENT' }, ['ENOENT'], false],
  ])('%s', (_name, thrown, codes, found) => {
    expect(hasCode(thrown, ...codes)).toBe(found);
  });
});
