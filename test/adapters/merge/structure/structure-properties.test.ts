import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isMap, isScalar, isSeq, type Node, type ParsedNode, parse, parseDocument, stringify } from 'yaml';
import { clashesAtHead } from '../../../../src/adapters/merge/structure/clash-at-head.ts';
import { repeatedKey, type Value } from '../../../../src/adapters/merge/structure/document.ts';
import { DocumentReader } from '../../../../src/adapters/merge/structure/document-reader.ts';
import { readYaml } from '../../../../src/adapters/merge/structure/yaml.ts';
import { testSeed } from '../../../seed.ts';
import { mergeByKeys } from './merge-by-keys.ts';

type Json = number | string | Json[] | { [key: string]: Json };

const laws = { numRuns: 1500, seed: testSeed('structure laws') };
const key = fc.constantFrom('a', 'b', 'c', 'd', 'e:f', '@x/y', 'z z', '1');
const leaf = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom('', 'x', 'y: z', '# no', '- 1', 'two\nlines\n'));
const { json } = fc.letrec<{ json: Json; object: Json }>(tie => ({
  json: fc.oneof({ maxDepth: 3 }, leaf, fc.array(leaf, { maxLength: 4 }), tie('object')),
  object: fc.dictionary(key, tie('json'), { maxKeys: 5 }),
}));
const object = fc.dictionary(key, json as fc.Arbitrary<Json>, { minKeys: 2, maxKeys: 6 });
/** A base and two sides, each with some keys of the base changed or deleted. */
const sides = fc
  .tuple(
    object,
    fc.array(fc.tuple(fc.nat(1), fc.array(key, { minLength: 1, maxLength: 3 }), fc.option(leaf)), { maxLength: 5 }),
  )
  .map(([base, edits]) => {
    const [ours, theirs] = [structuredClone(base), structuredClone(base)];
    for (const [side, path, value] of edits) edit(side === 0 ? ours : theirs, path, value);
    return { base, ours, theirs };
  });

function edit(at: Json, [first = '', ...rest]: string[], value: Json | null): void {
  if (typeof at !== 'object' || Array.isArray(at)) return;
  const inside = at[first];
  if (rest.length > 0 && typeof inside === 'object' && !Array.isArray(inside)) edit(inside, rest, value);
  else if (value === null) delete at[first];
  else at[first] = value;
}

const same = (a: unknown, b: unknown) => canonical(a) === canonical(b);
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  ) ?? 'nothing';

class Contradiction extends Error {}

/** The expected values of the merge, computed from the values alone. */
function meant(base: Json | undefined, ours: Json | undefined, theirs: Json | undefined): Json | undefined {
  if (same(ours, theirs) || same(theirs, base)) return ours;
  if (same(ours, base)) return theirs;
  if (![base, ours, theirs].every(side => typeof side === 'object' && !Array.isArray(side))) throw new Contradiction();
  const [b, o, t] = [base, ours, theirs] as [Record<string, Json>, Record<string, Json>, Record<string, Json>];
  // Deleted by both sides, and replaced by one.
  const added = (side: Record<string, Json>) => Object.keys(side).filter(each => !(each in b));
  const unlike = [...added(o), ...added(t)].some(each => !same(o[each], t[each]));
  if (unlike && Object.keys(b).some(each => !(each in o) && !(each in t))) throw new Contradiction();
  const merged: Record<string, Json> = {};
  for (const each of new Set([...Object.keys(o), ...Object.keys(t)])) {
    const value = meant(b[each], o[each], t[each]);
    if (value !== undefined) merged[each] = value;
  }
  return merged;
}

function expected(of: { base: Json; ours: Json; theirs: Json }): { value: Json | undefined } | null {
  try {
    return { value: meant(of.base, of.ours, of.theirs) };
  } catch (error) {
    if (error instanceof Contradiction) return null;
    throw error;
  }
}

const holdsBothListsChanged = (of: { base: Json; ours: Json; theirs: Json }) =>
  [of.base, of.ours, of.theirs].some(side => canonical(side).includes('['));

describe('a merge by structure', () => {
  test('of JSON has the merged values, and succeeds whenever they do not contradict each other', () => {
    let found = 0;
    fc.assert(
      fc.property(sides, fc.constantFrom(0, 2, '\t'), (of, indent) => {
        const write = (value: Json) => Buffer.from(JSON.stringify(value, null, indent));
        const files = { base: write(of.base), ours: write(of.ours), theirs: write(of.theirs) };
        const merged = mergeByKeys('locales/a.json', files);
        const right = expected(of);
        if (right === null) {
          // A list may still be merged item by item; nothing else is.
          expect(merged === null || holdsBothListsChanged(of)).toBe(true);
          return;
        }
        found++;
        expect(merged).not.toBeNull();
        expect(canonical(JSON.parse(String(merged)))).toBe(canonical(right.value));
        const mirrored = mergeByKeys('locales/a.json', { ...files, ours: files.theirs, theirs: files.ours });
        expect(canonical(JSON.parse(String(mirrored)))).toBe(canonical(right.value));
      }),
      laws,
    );
    expect(found).toBeGreaterThan(laws.numRuns / 3);
  });

  test('does not succeed where a file begins with a value that each side changed in its own way [R173]', () => {
    let found = 0;
    const head = fc.dictionary(key, leaf, { minKeys: 1, maxKeys: 3 });
    fc.assert(
      fc.property(sides, fc.tuple(head, head, head), fc.constantFrom(0, 2), ({ base, ours, theirs }, heads, indent) => {
        const [b, o, t] = [base, ours, theirs].map((value, i) =>
          Buffer.from(JSON.stringify(Object.assign({}, heads[i], value, heads[i]), null, indent)),
        ) as [Buffer, Buffer, Buffer];
        const files = { base: b, ours: o, theirs: t };
        if (!clashesAtHead('package-lock.json', files, new DocumentReader())) return;
        found++;
        expect(mergeByKeys('package-lock.json', files)).toBeNull();
      }),
      laws,
    );
    expect(found).toBeGreaterThan(laws.numRuns / 20);
  });

  test('of YAML has the merged values, or does not succeed', () => {
    let found = 0;
    fc.assert(
      fc.property(sides, of => {
        const write = (value: Json) => Buffer.from(stringify(value));
        const merged = mergeByKeys('locales/a.yaml', {
          base: write(of.base),
          ours: write(of.ours),
          theirs: write(of.theirs),
        });
        if (merged === null) return;
        found++;
        const right = expected(of);
        if (right === null) expect(holdsBothListsChanged(of)).toBe(true);
        else expect(canonical(parse(String(merged)))).toBe(canonical(right.value));
      }),
      laws,
    );
    expect(found).toBeGreaterThan(laws.numRuns / 3);
  });
});

/** The keys and items of a document, as found by our reader and by a complete YAML parser. */
const shapeOf = (value: Value): unknown =>
  value.kind === 'scalar'
    ? ''
    : value.entries.map(entry =>
        value.kind === 'list' ? [shapeOf(entry.value)] : { [entry.key]: shapeOf(entry.value) },
      );
const shapeOfNode = (node: Node | ParsedNode | null): unknown => {
  if (isSeq(node) && !node.flow) return node.items.map(item => [shapeOfNode(item as Node)]);
  if (!isMap(node) || node.flow) return '';
  return node.items.map(pair => ({
    [isScalar(pair.key) ? (pair.key.source ?? '') : '']: shapeOfNode(pair.value as Node),
  }));
};

describe('the YAML reader', () => {
  const indent = fc.constantFrom('', '', '  ', '  ', '    ', ' ', '- ', '  - ', '- - ');
  const yamlLine = fc.constantFrom(
    ...[
      'a:',
      'b: 1',
      'a: x',
      "'k': v",
      '"q": "v"',
      'x',
      '# c',
      '',
      'a: [1, {b: c}]',
      'a: {b: 1, b: 2}',
      'a: |',
      'b: >-',
    ],
    ...[
      'a: b # c',
      'a: "x',
      'y"',
      'a: b: c',
      'a: &x 1',
      '-',
      '? a',
      'a: "#"',
      "a: it's",
      ': v',
      'a : v',
      'http://x',
      '---',
    ],
    ...[
      'a: [x, y',
      'a: {x: 1}]',
      'k: {a:1}',
      'k: [a:1, -b, -]',
      "'it''s': 'it''s'",
      '"\\u00e9": 1',
      'a#b: 1',
      'a: b #c',
      '!t x: 1',
    ],
  );
  const document = fc
    .array(fc.tuple(indent, yamlLine), { minLength: 1, maxLength: 8 })
    .map(lines => lines.map(([space, text]) => `${space}${text}\n`).join(''));

  test('rejects whatever a complete YAML parser rejects, and finds the same keys', () => {
    let understood = 0;
    fc.assert(
      fc.property(document, text => {
        const read = readYaml(text);
        if (read === null) return;
        understood++;
        const parsed = parseDocument(text, { uniqueKeys: false, logLevel: 'silent' });
        expect({ text, errors: parsed.errors.map(({ message }) => message) }).toEqual({ text, errors: [] });
        expect({ text, shape: shapeOf(read.root) }).toEqual({ text, shape: shapeOfNode(parsed.contents) });
        const twice = parseDocument(text, { logLevel: 'silent' }).errors.some(({ code }) => code === 'DUPLICATE_KEY');
        expect({ text, twice: repeatedKey(read.root) !== null }).toEqual({ text, twice });
      }),
      { ...laws, numRuns: 20_000 },
    );
    expect(understood).toBeGreaterThan(1000);
  });
});
