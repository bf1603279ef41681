import { expect, test } from 'vitest';
import type { Collection } from '../../../../src/adapters/merge/structure/document.ts';
import { withAdded } from '../../../../src/adapters/merge/structure/key-order.ts';
import { rowsOf } from '../../../../src/adapters/merge/structure/rows.ts';

// Quadratic work takes half a minute here, and linear work a tenth of a second.
const patienceMs = 10_000;

function mapOf(keys: readonly string[]): Collection {
  const value = { kind: 'scalar', from: 0, to: 0, canon: '1' } as const;
  return { kind: 'map', from: 0, to: 0, entries: keys.map(key => ({ key, from: 0, to: 0, value })) };
}

test('[R173] twenty thousand keys added by each side are placed in linear time', { timeout: patienceMs }, () => {
  const count = 20_000;
  // Not sorted: sorted keys need no positions.
  const names = Array.from({ length: count }, (_, i) => `key ${(i * 7919) % count}`);
  const [base, left, right] = [[''], ['', ' left'], ['', ' right']].map(suffixes =>
    mapOf(names.flatMap(name => suffixes.map(suffix => name + suffix))),
  ) as [Collection, Collection, Collection];
  const rows = rowsOf({ base, left, right });
  const merged = withAdded(rows.left, rows, null).map(({ key }) => key);
  const expected = names.flatMap(name => [name, `${name} left`, `${name} right`]);
  expect(merged.length).toBe(expected.length);
  expect(merged.every((key, index) => key === expected[index])).toBe(true);
});
