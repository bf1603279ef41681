import { describe, expect, test } from 'vitest';
import { toBoundedJson } from '../../src/durable/to-bounded-json.ts';

const asIs = (text: string) => text;
const bounds = { text: 5, items: 2, depth: 3, values: 100 };

describe('a value for display elsewhere', () => {
  test('is plain data, whatever it was', () => {
    const value = {
      error: new TypeError('no'),
      ref: { toJSON: () => ({ id: 'a' }) },
      act: () => {},
      big: 10n,
      bytes: new Uint8Array(3),
      map: new Map([['k', 1]]),
      nothing: null,
      date: new Date(0),
    };
    expect(toBoundedJson(value, asIs)).toEqual({
      error: { name: 'TypeError', message: 'no' },
      ref: { id: 'a' },
      act: 'function',
      big: '10n',
      bytes: '3 bytes',
      map: [['k', 1]],
      nothing: null,
      date: '1970-01-01T00:00:00.000Z',
    });
  });

  test('is truncated where it is long, wide, deep or circular, and says so', () => {
    expect(toBoundedJson('abcdefgh', asIs, bounds)).toBe('abcde… 3 more characters');
    expect(toBoundedJson([1, 2, 3, 4], asIs, bounds)).toEqual([1, 2, '… 2 more']);
    expect(toBoundedJson({ a: 1, b: 2, c: 3 }, asIs, bounds)).toEqual({ a: 1, b: 2, '…': '1 more' });
    const ring: { on?: unknown } = {};
    ring.on = ring;
    expect(toBoundedJson(ring, asIs, bounds)).toEqual({ on: { on: { on: '…' } } });
    const wide = Array.from({ length: 50 }, () => ({ a: [1, 2] }));
    expect(JSON.stringify(toBoundedJson(wide, asIs, { ...bounds, items: 50, values: 60 }))).toContain('…');
  });

  test('is cleaned before it is truncated, so that no partial secret remains', () => {
    const clean = (text: string) => text.replace('secret', '*');
    expect(toBoundedJson({ a: ['xsecret'] }, clean, bounds)).toEqual({ a: ['x*'] });
  });
});
