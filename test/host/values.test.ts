import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { actionsMethods, methodOf, planMethods, troupeMethods } from '../../src/host/methods.ts';
import { scribe } from '../../src/host/scribe.ts';
import { pack, unpack } from '../../src/host/values.ts';
import { seedOf } from '../seed.ts';

describe('values that travel', () => {
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

  test('arrive as what they were, bytes and marks in people’s own data included', () => {
    fc.assert(
      fc.property(value, sent => {
        const arrived = unpack(JSON.parse(JSON.stringify(pack(sent))));
        expect(arrived).toEqual(sent);
      }),
      { seed: seedOf('values'), numRuns: 500 },
    );
    expect(unpack(JSON.parse(JSON.stringify(pack([undefined, 1]))))).toEqual([undefined, 1]);
    expect(() => unpack({ $: 'gun' })).toThrow(TypeError);
  });

  test('that need no mark are not copied', () => {
    const plain = { a: [1, { b: 'c' }] };
    expect(pack(plain)).toBe(plain);
  });

  test('are written once for many, and not at all when they are too long', () => {
    const pen = scribe(20);
    const event = { type: 'x' };
    expect(pen.writeOnce(event)).toBe(pen.writeOnce(event));
    expect([pen.write(undefined), pen.writeOnce(1)]).toEqual([undefined, '1']);
    expect(() => pen.write('y'.repeat(30))).toThrow(/longer than 20 bytes/);
  });
});

test('only what stands in the table can be asked', () => {
  for (const [to, table] of Object.entries({ troupe: troupeMethods, actions: actionsMethods, plan: planMethods })) {
    for (const name of Object.keys(table)) expect(methodOf(to as 'plan', name)).toBeDefined();
  }
  for (const name of ['constructor', 'toString', '__proto__', 'asSeen', 'close'])
    expect(methodOf('plan', name)).toBeUndefined();
});
