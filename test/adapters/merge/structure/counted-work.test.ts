/** Counts the operations of a merge by keys, so that the test does not depend on the load of the machine. */
import { expect, test } from 'vitest';
import { mergeFile } from '../../../../src/merge.ts';

interface Sides {
  base: Buffer;
  ours: Buffer;
  theirs: Buffer;
}

/** A flat file; `more` returns the entries that a side adds after the entry of a number. */
function flat(count: number, more: (side: string, index: number) => string[]): Sides {
  const text = (side: string) => {
    const lines = Array.from({ length: count }, (_, i) => [`  "key ${i}": 1`, ...more(side, i)]).flat();
    return Buffer.from(`{\n${lines.join(',\n')}\n}\n`);
  };
  return { base: text(''), ours: text('ours'), theirs: text('theirs') };
}

/** How many string keys `work` puts into maps and sets. */
function keysPut(work: () => void): number {
  const { set } = Map.prototype;
  const { add } = Set.prototype;
  let count = 0;
  Map.prototype.set = function (key, value) {
    if (typeof key === 'string') count += 1;
    return set.call(this, key, value);
  };
  Set.prototype.add = function (key) {
    if (typeof key === 'string') count += 1;
    return add.call(this, key);
  };
  try {
    work();
  } finally {
    Map.prototype.set = set;
    Set.prototype.add = add;
  }
  return count;
}

const keys = 3000;

test.each([
  ['one entry added by each side at one place', 'package-lock.json', 'structure'],
  ['the same where order may be significant', 'a.json', 'node-diff3'],
])('[R173] a file of many keys is put into one table: %s', (_, path, engine) => {
  const sides = flat(keys, (side, i) => (side !== '' && i === keys / 2 ? [`  "${side}": 1`] : []));
  const put = keysPut(() => expect(mergeFile({ path, ...sides }).engine).toBe(engine));
  expect(put).toBeGreaterThan(keys / 2);
  expect(put).toBeLessThan(keys * 1.5);
});

test('[R173] changes of values only need one table too', () => {
  const changed = (sides: Sides, side: 'ours' | 'theirs', key: string) =>
    Buffer.from(String(sides[side]).replace(`"${key}": 1`, `"${key}": "${side}"`));
  const same = flat(keys, () => []);
  const sides = { ...same, ours: changed(same, 'ours', 'key 10'), theirs: changed(same, 'theirs', 'key 2000') };
  expect(keysPut(() => expect(mergeFile({ path: 'a.json', ...sides }).clean).toBe(true))).toBeLessThan(keys * 1.5);
});

test('[R173] contested lines need memory for each place, not for the whole file', () => {
  const room = (places: number): number => {
    let total = 0;
    const Plain = globalThis.Int32Array;
    globalThis.Int32Array = new Proxy(Plain, {
      construct(target, words) {
        const made = Reflect.construct(target, words);
        total += made.length;
        return made;
      },
    });
    const sides = flat(places * 3, (side, i) => (side !== '' && i % 3 === 0 ? [`  "${side} ${i}": 1`] : []));
    try {
      expect(mergeFile({ path: 'a.txt', ...sides }).conflicts.length).toBe(places);
    } finally {
      globalThis.Int32Array = Plain;
    }
    return total;
  };
  // Twice the places: a table of the whole file for each of them would need four times the memory.
  expect(room(800) / room(400)).toBeLessThan(2.6);
});
