import { expect, test } from 'vitest';
import { withAdded } from '../../../../src/adapters/merge/structure/order.ts';

// Work that grows with the square of the keys takes half a minute here, and linear work a tenth of a second.
const patienceMs = 10_000;

test(
  '[R173] twenty thousand keys that each side adds find their places in linear time',
  { timeout: patienceMs },
  () => {
    const count = 20_000;
    // Not sorted: sorted ones need no places.
    const names = Array.from({ length: count }, (_, i) => `key ${(i * 7919) % count}`);
    const [ours, theirs] = ['ours', 'theirs'].map(side => names.flatMap(name => [name, `${name} ${side}`]));
    const merged = withAdded(ours ?? [], theirs ?? [], { isNew: key => key.includes('s'), compare: null });
    const expected = names.flatMap(name => [name, `${name} ours`, `${name} theirs`]);
    expect(merged.length).toBe(expected.length);
    expect(merged.every((key, index) => key === expected[index])).toBe(true);
  },
);
