import { expect, test } from 'vitest';
import { formatAge, formatDuration } from '../../src/presentation/duration.ts';

const day = 86_400_000;

test('A duration has its two largest units, and no unit that is zero', () => {
  const formatted = [-5, 999, 7_900, 59_999, 60_000, 250_000, 3_600_000, 7_500_000, day - 1, day, 30.5 * day];
  expect(formatted.map(ms => formatDuration(ms))).toEqual([
    ...['0 s', '0 s', '7 s', '59 s', '1 min', '4 min 10 s', '1 h', '2 h 5 min', '23 h 59 min', '1 d', '30 d 12 h'],
  ]);
});

test('A short duration has tenths of a second where they matter', () => {
  const tenths = [-5, 300, 9_940, 9_960, 12_300].map(ms => formatDuration(ms, { tenths: true }));
  expect(tenths).toEqual(['0.0 s', '0.3 s', '9.9 s', '9.9 s', '12 s']);
});

test('An age has only its largest unit, and is never negative', () => {
  const since = '2026-01-10T00:00:00Z';
  const ages = [-5, 7, 89, 720, 3 * 3600, 3 * 86_400].map(seconds =>
    formatAge(since, Date.parse(since) + seconds * 1000),
  );
  expect(ages).toEqual(['0 s', '7 s', '1 min', '12 min', '3 h', '3 d']);
});
