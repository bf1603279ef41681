import { expect, test } from 'vitest';
import { skeletonOf } from '../../actors/skeleton.ts';
import { planSpec } from '../fixtures.ts';

const spec = planSpec({
  description: 'x'.repeat(30),
  definitionOfDone: 'y'.repeat(300),
  skeleton: ['z'.repeat(60), 'w'.repeat(10)],
});

test('a child gets whole fragments of its parent within the share, the same each time [R37]', () => {
  const kept = skeletonOf(spec, []);
  expect(kept).toEqual(['x'.repeat(30), 'w'.repeat(10)]);
  expect(kept.join('').length).toBeLessThanOrEqual(Math.floor(400 * 0.15));
  expect(skeletonOf(spec, [])).toEqual(kept);
});

test('a share of nothing gives nothing [R37]', () => {
  expect(skeletonOf(spec, [], 0)).toEqual([]);
});
