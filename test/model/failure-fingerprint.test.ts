import { describe, expect, test } from 'vitest';
import { breakerMessage, failureFingerprint } from '../../src/model/failure-fingerprint.ts';
import { testId } from '../fixtures.ts';

const print = (message: string, code: 'AGENT_FAILED' | 'TIMED_OUT' = 'AGENT_FAILED') =>
  failureFingerprint({ code, message });

describe('A fingerprint', () => {
  test.each([
    ['numbers', 'line 3 of 10', 'line 4 of 12'],
    ['ids', `plan ${testId('A')} broke`, `plan ${testId('B')} broke`],
    ['folders', 'no /tmp/x1/src/a.ts', 'no /srv/y/src/a.ts'],
    ['hashes', 'at commit 3f2a9bc', 'at commit 90ab12cdef'],
    ['times and durations', 'since 12:30:05 (1.5 s)', 'since 9:01:00 (22 s)'],
    ['spaces and case', 'It  broke', 'it broke '],
  ])('omits %s', (_, one, other) => {
    expect(print(one)).toBe(print(other));
  });

  test('differs for failures with other messages, files or codes', () => {
    expect(print('a.ts is missing')).not.toBe(print('b.ts is missing'));
    expect(print('it broke')).not.toBe(print('it bent'));
    expect(print('it broke')).not.toBe(print('it broke', 'TIMED_OUT'));
    expect(print('added')).not.toBe(print('faded'));
  });

  test('stays the same when the circuit breaker opens', () => {
    expect(print(breakerMessage('it broke', 3))).toBe(print('it broke'));
  });

  test('is short, whatever the message', () => {
    expect(print('x'.repeat(100_000))).toMatch(/^AGENT_FAILED\.[0-9a-f]{8}$/);
  });
});
