import { describe, expect, test } from 'vitest';
import { TroupeError } from '../../src/model/errors.ts';

/** What a catch clause that handles these codes throws again; undefined for what it handles. */
function thrownAgain(thrown: unknown, ...codes: Parameters<typeof TroupeError.assert>[1][]): unknown {
  try {
    TroupeError.assert(thrown, ...codes);
    return undefined;
  } catch (again) {
    return again;
  }
}

describe('A catch clause', () => {
  const locked = new TroupeError('STORE_LOCKED', 'in use');

  test('handles every error with a code, or those with the codes that it names', () => {
    expect(thrownAgain(locked)).toBeUndefined();
    expect(thrownAgain(locked, 'UNKNOWN_PLAN', 'STORE_LOCKED')).toBeUndefined();
  });

  test.each([
    ['with another code', locked, ['UNKNOWN_PLAN'] as const],
    ['without a code', new TypeError('a mistake'), [] as const],
    ['that is no error', 'stopped', [] as const],
  ])('throws an error %s again, the same one', (_name, thrown, codes) => {
    expect(thrownAgain(thrown, ...codes)).toBe(thrown);
  });
});

test('Anything thrown has a plain form', () => {
  expect(TroupeError.serialize('stopped')).toMatchObject({
    code: 'INTERNAL',
    message: 'stopped',
    details: { name: 'string' },
  });
  expect(TroupeError.serialize(new RangeError('too long'))).toMatchObject({
    message: 'too long',
    details: { name: 'RangeError' },
  });
});
