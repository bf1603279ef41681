import { describe, expect, test } from 'vitest';
import {
  type Collection,
  canonicalText,
  type Meaning,
  placesOf,
  repeatedKey,
  sameMeaning,
} from '../../../../src/adapters/merge/structure/document.ts';
import { rangeAt, repeatedEntries } from '../../../../src/adapters/merge/structure/ranges.ts';

const scalar = (canon: string): Meaning => ({ kind: 'scalar', canon });
const map = (...pairs: [key: string, value: Meaning][]): Meaning => ({
  kind: 'map',
  entries: pairs.map(([key, value]) => ({ key, value })),
});
const list = (...items: string[]): Meaning => ({
  kind: 'list',
  entries: items.map(item => ({ key: item, value: scalar(item) })),
});
const [one, two] = [scalar('1'), scalar('2')];

/** Positions are the indexes of the keys. */
const collection = (kind: Collection['kind'], ...keys: string[]): Collection => ({
  kind,
  from: 0,
  to: keys.length,
  entries: keys.map((key, from) => {
    const at = { from, to: from + 1 };
    return { key, ...at, value: { kind: 'scalar', ...at, canon: key } };
  }),
});

describe('The meaning of a structured file', () => {
  test.each<[string, Meaning, Meaning, boolean]>([
    ['equal scalars', one, scalar('1'), true],
    ['a list and a shorter one', list('1', '2'), list('1'), false],
    ['lists in another order', list('1', '2'), list('2', '1'), false],
    ['maps in another order', map(['a', one], ['b', two]), map(['b', two], ['a', one]), true],
    ['maps with other keys', map(['a', one], ['b', two]), map(['c', two], ['a', one]), false],
    ['a map and a list', map(['1', one]), list('1'), false],
    [
      'maps with a duplicate key',
      map(['a', one], ['b', two], ['b', one]),
      map(['b', one], ['a', one], ['b', two]),
      true,
    ],
    [
      'a duplicate key with another value',
      map(['a', one], ['b', two], ['b', one]),
      map(['b', one], ['a', one], ['b', one]),
      false,
    ],
  ])('%s', (_, a, b, same) => {
    expect(sameMeaning(a, b)).toBe(same);
    expect(sameMeaning(b, a)).toBe(same);
    expect(canonicalText(a) === canonicalText(b)).toBe(same);
  });

  test('finds the keys of a collection that shares the text of another version', () => {
    const source = collection('map', 'a', 'b');
    const shared = { ...collection('map', 'a', 'b'), source };
    expect([...placesOf(shared)]).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
    expect(placesOf(shared)).toBe(placesOf(source));
  });
});

describe('Entries of a document', () => {
  test('with a duplicate key are found, also inside of a list', () => {
    const inner = collection('map', 'x', 'y', 'x');
    const items = collection('list', 'item');
    const root = { ...items, entries: items.entries.map(entry => ({ ...entry, value: inner })) };
    expect(repeatedEntries(root).map(({ key, from }) => [key, from])).toEqual([
      ['x', 0],
      ['x', 2],
    ]);
    expect(repeatedKey(root)).toBe('x');
  });

  test('are found by their keys, else the deepest parent', () => {
    const root = collection('map', 'a', 'b');
    const document = { text: '', comments: [], style: '', root };
    expect(rangeAt(document, ['b'])).toEqual({ from: 1, to: 2 });
    expect(rangeAt(document, ['b', 'deeper'])).toEqual({ from: 1, to: 2 });
    expect(rangeAt(document, ['c'])).toEqual({ from: 0, to: 2 });
  });
});
