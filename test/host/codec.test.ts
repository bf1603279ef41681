import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, encode } from '../../src/host/codec.ts';
import { createResponseEncoder } from '../../src/host/response-encoder.ts';
import { findMethod, methods } from '../../src/host/rpc-methods.ts';
import { testSeed } from '../seed.ts';

describe('encoded values', () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array().map(bytes => Buffer.from(bytes)),
  );
  const value = fc.letrec(tie => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('tree')),
      fc.dictionary(fc.constantFrom('a', 'b', '$', 'value'), tie('tree')),
    ),
  })).tree;

  test('are decoded to the originals, including bytes and tags in user data', () => {
    fc.assert(
      fc.property(value, sent => {
        const arrived = decode(JSON.parse(JSON.stringify(encode(sent))));
        expect(arrived).toEqual(sent);
      }),
      { seed: testSeed('values'), numRuns: 500 },
    );
    expect(decode(JSON.parse(JSON.stringify(encode([undefined, 1]))))).toEqual([undefined, 1]);
    expect(() => decode({ $: 'gun' })).toThrow(TypeError);
  });

  test('that need no tag are not copied', () => {
    const plain = { a: [1, { b: 'c' }] };
    expect(encode(plain)).toBe(plain);
  });

  test('are encoded once for many clients, and rejected when too long', () => {
    const pen = createResponseEncoder(20);
    const event = { type: 'x' };
    expect(pen.encodeOnce(event)).toBe(pen.encodeOnce(event));
    expect([pen.encode(undefined), pen.encodeOnce(1)]).toEqual([undefined, '1']);
    expect(() => pen.encode('y'.repeat(30))).toThrow(/longer than 20 bytes/);
  });
});

test('only methods in the table can be called', () => {
  for (const [to, table] of Object.entries(methods)) {
    for (const name of Object.keys(table)) expect(findMethod(to as 'plan', name)).toBeDefined();
  }
  for (const name of ['constructor', 'toString', '__proto__', 'ifUnchangedSince', 'close'])
    expect(findMethod('plan', name)).toBeUndefined();
});
