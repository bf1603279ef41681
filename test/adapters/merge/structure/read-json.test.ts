import fc from 'fast-check';
import { type Node, type ParseError, parseTree, visit } from 'jsonc-parser';
import { describe, expect, test } from 'vitest';
import {
  canonicalText,
  repeatedKey,
  sameMeaning,
  type Value,
} from '../../../../src/adapters/merge/structure/document.ts';
import { readJson } from '../../../../src/adapters/merge/structure/json.ts';
import { testSeed } from '../../../seed.ts';

const laws = { numRuns: 20_000, seed: testSeed('reader of JSON') };

/** Tokens that form a valid or nearly valid document. */
const piece = fc.constantFrom(
  ...['{', '}', '[', ']', ',', ':', '"a"', '"b"', '"a":', '"b": ', '1', '-0.5e+3', '01', '1.', '-', '.5', '1e5'],
  ...['true', 'false', 'null', 'nul', 'truex', '"\\u00e9"', '"\\x"', '"\\"\\\\"', '"', '"\u2028"', '"\t"', '"é😀"'],
  ...[' ', '\n', '\r\n', '\t', '\u00a0', '// c\n', '// c', '/* c */', '/* c', '/', '/** d **/', '\r', '{}', '[]'],
);
const json = fc.json({ maxDepth: 4 });
const text = fc.oneof(
  fc.array(piece, { minLength: 1, maxLength: 9 }).map(pieces => pieces.join('')),
  json,
  fc.tuple(json, fc.nat(), piece).map(([whole, at, put]) => {
    const place = at % (whole.length + 1);
    return whole.slice(0, place) + put + whole.slice(place);
  }),
  json.map(whole => JSON.stringify(JSON.parse(whole), null, 2)),
);

const shapeOf = (value: Value): unknown => {
  const { from, to } = value;
  if (value.kind === 'scalar') return { from, to, canonical: value.canon };
  const entries = value.entries.map(entry =>
    value.kind === 'map' ? [entry.from, entry.key, shapeOf(entry.value)] : shapeOf(entry.value),
  );
  return { from, to, [value.kind]: entries };
};

const shapeOfNode = (node: Node, of: string): unknown => {
  const place = { from: node.offset, to: node.offset + node.length };
  if (node.type === 'array') return { ...place, list: (node.children ?? []).map(item => shapeOfNode(item, of)) };
  if (node.type !== 'object') {
    const canonical = node.type === 'string' ? JSON.stringify(node.value) : of.slice(place.from, place.to);
    return { ...place, canonical };
  }
  const entries = (node.children ?? []).map(({ children }) => {
    const [key, value] = children as [Node, Node];
    return [key.offset, key.value, shapeOfNode(value, of)];
  });
  return { ...place, map: entries };
};

/** The results of two well-known parsers: null if one rejects it. */
function reference(of: string, comments: boolean): { root: unknown; comments: string[] } | null {
  const errors: ParseError[] = [];
  const root = parseTree(of, errors, { disallowComments: !comments, allowTrailingComma: comments });
  if (root === undefined || errors.length > 0) return null;
  const found: string[] = [];
  visit(of, { onComment: (offset, length) => found.push(of.slice(offset, offset + length).trim()) });
  if (!comments) JSON.parse(of);
  return { root: shapeOfNode(root, of), comments: found };
}

describe('the JSON reader', () => {
  for (const comments of [false, true]) {
    test(`accepts, rejects and finds the same as other parsers, ${comments ? 'with' : 'without'} comments`, () => {
      let understood = 0;
      fc.assert(
        fc.property(text, of => {
          const read = readJson(of, { comments });
          if (read !== null) understood++;
          const found = read === null ? null : { root: shapeOf(read.root), comments: read.comments };
          expect({ of, found }).toEqual({ of, found: reference(of, comments) });
        }),
        laws,
      );
      expect(understood).toBeGreaterThan(5000);
    });
  }

  test('reads what a version shares with another one as it reads it alone [R173]', () => {
    let referred = 0;
    const edited = fc
      .tuple(json, fc.array(fc.tuple(fc.nat(), fc.nat(3), piece), { maxLength: 2 }))
      .map(([whole, edits]) => {
        const before = JSON.stringify({ a: JSON.parse(whole), b: [1, {}], c: { a: JSON.parse(whole) } }, null, 1);
        const after = edits.reduce((of, [at, gone, put]) => {
          const place = at % (of.length + 1);
          return of.slice(0, place) + put + of.slice(place + gone);
        }, before);
        return { before, after };
      });
    fc.assert(
      fc.property(edited, ({ before, after }) => {
        const like = readJson(before, { comments: false });
        const [alone, beside] = [null, like].map(other => readJson(after, { comments: false, like: other }));
        if (alone == null || beside == null) {
          expect(beside).toEqual(alone);
          return;
        }
        if (JSON.stringify(beside.root).includes('"source"')) referred++;
        expect(sameMeaning(beside.root, alone.root)).toBe(true);
        expect(canonicalText(beside.root)).toBe(canonicalText(alone.root));
        const unique = like !== null && repeatedKey(like.root) === null ? like.root : null;
        expect(repeatedKey(beside.root, unique)).toBe(repeatedKey(alone.root));
        expect(shapeOf(beside.root)).toEqual(shapeOf(alone.root));
      }),
      { ...laws, numRuns: 5000 },
    );
    expect(referred).toBeGreaterThan(1000);
  });
});
