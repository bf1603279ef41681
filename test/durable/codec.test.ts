import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AnyActorRef, assign, createMachine, setup, waitFor } from 'xstate';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import { decodeValue, encodeValue } from '../../src/durable/codec.ts';
import { effect } from '../../src/durable/effect.ts';
import { openDurable } from '../../src/durable/system.ts';
import { TroupeError } from '../../src/model/errors.ts';

const copyOf = (value: unknown) => decodeValue(encodeValue(value));

function cyclic(): object {
  const list: unknown[] = [];
  const value = { list };
  list.push(value);
  return value;
}

const values: Record<string, unknown> = {
  'a date': new Date(1_700_000_000_000),
  'an invalid date': new Date(Number.NaN),
  'a map': new Map<unknown, unknown>([
    ['a', 1],
    [{ b: 2 }, new Map()],
  ]),
  'a set': new Set([1, 'a', new Date(0)]),
  'a bigint': 12_345_678_901_234_567_890n,
  'a regular expression': /a+b/giu,
  bytes: new Uint8Array([0, 127, 255]),
  'a part of a buffer': new Uint16Array([1, 2, 3, 4]).subarray(1, 3),
  'a Buffer': Buffer.from('ö'),
  NaN: Number.NaN,
  'an infinity': Number.NEGATIVE_INFINITY,
  'minus zero': -0,
  undefined: undefined,
  'a property without a value': { gone: undefined, there: 1 },
  'a list with undefined and a hole': Object.assign(new Array(3), { 0: undefined, 2: 1 }),
  'a cycle': cyclic(),
  'a URL': new URL('https://example.org/a?b=c'),
  'an object without a prototype': Object.assign(Object.create(null), { a: 1 }),
  'a key that JSON treats specially': JSON.parse('{"toJSON": 1, "$type": "Date"}'),
  'a text that begins like an encoded value': '=[1]',
  'a deep list': Array.from({ length: 500 }).reduce<unknown[]>(list => [list], []),
};

describe('a stored value [R255]', () => {
  test.each(Object.entries(values))('comes back as it was: %s', (_, value) => {
    expect(copyOf(value)).toStrictEqual(value);
    expect(copyOf({ inside: [value] })).toStrictEqual({ inside: [value] });
  });

  test('keeps the identity of an object that is there twice beside what JSON lacks', () => {
    const shared = { a: 1 };
    const { left, right } = copyOf({ left: shared, right: shared, at: new Date() }) as Record<string, unknown>;
    expect(left).toBe(right);
  });

  test('is the JSON of a value that JSON keeps, not one byte more', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const text = encodeValue(value);
        // JSON writes -0 as 0.
        if (!text.startsWith('=')) expect(text).toBe(JSON.stringify(value));
        else expect(text).toMatch(/-6/);
        expect(decodeValue(text)).toStrictEqual(value);
      }),
    );
  });

  test('is anything that fast-check makes of dates, maps, sets, bytes and numbers', () => {
    const anything = fc.anything({
      ...{ withDate: true, withMap: true, withSet: true, withBigInt: true, withTypedArray: true },
      ...{ withNullPrototype: true, withSparseArray: true },
      key: fc.string().filter(key => key !== '__proto__'),
    });
    fc.assert(
      fc.property(anything, value => {
        expect(copyOf(value)).toStrictEqual(value);
      }),
    );
  });
});

describe('a stored error [R255]', () => {
  test('comes back with its class, stack, cause and properties', () => {
    const error = Object.assign(new RangeError('too far', { cause: new Error('why') }), {
      code: 'E_FAR',
      at: new Date(0),
    });
    const copy = copyOf(error) as typeof error;
    expect(copy).toStrictEqual(error);
    expect(copy).toBeInstanceOf(RangeError);
    expect([copy.stack, copy.code, copy.at]).toEqual([error.stack, 'E_FAR', new Date(0)]);
    expect(Object.keys(copy)).toEqual(['code', 'at']);
  });

  test('of a class of your own comes back as an Error with its name', () => {
    class NotEnough extends Error {
      override name = 'NotEnough';
      stock = 3;
    }
    const copy = copyOf(new NotEnough('only 3')) as NotEnough;
    expect([copy.name, copy.message, copy.stock, String(copy)]).toEqual([
      'NotEnough',
      'only 3',
      3,
      'NotEnough: only 3',
    ]);
  });

  test('an error of an effect that reached its limit comes back with its code and hints', () => {
    const error = new TroupeError('TIMED_OUT', 'too late', { where: 'root/charge', details: { ms: 5 } });
    const { code, where, hints, details } = error;
    expect(copyOf(error)).toMatchObject({ message: 'too late', code, where, hints, details });
  });
});

class Money {
  cents = 5;
}
class Basket extends Map {}

const refused: Record<string, [unknown, string, string]> = {
  'a function': [{ on: { done: function notify() {} } }, '.on.done', 'the function notify'],
  'an arrow function in a list': [[() => {}], '[0]', 'a function'],
  'a symbol': [{ kind: Symbol('x') }, '.kind', 'the Symbol(x)'],
  'an instance of a class': [{ price: new Money() }, '.price', 'an instance of Money'],
  'an instance of a class with toJSON': [
    {
      a: [
        new (class Id {
          toJSON = () => 'x';
        })(),
      ],
    },
    '.a[0]',
    'an instance of Id',
  ],
  'an instance of a subclass of Map': [{ basket: new Basket() }, '.basket', 'an instance of Basket'],
  'a promise': [{ later: Promise.resolve() }, '.later', 'an instance of Promise'],
  'a weak map in a map': [new Map([['a', new WeakMap()]]), '.get("a")', 'an instance of WeakMap'],
  'an object with a symbol for a key': [{ a: { [Symbol('x')]: 1 } }, '.a', 'an object that is not plain data'],
};

test.each(Object.entries(refused))('%s is refused with its path [R255]', (_, [value, path, reason]) => {
  expect(() => encodeValue(value, 'a/1')).toThrow(
    expect.objectContaining({
      code: 'NOT_STORABLE',
      where: 'a/1',
      message: expect.stringContaining(reason),
      details: { path },
    }),
  );
});

describe('a machine [R255]', () => {
  const clock = manualClock();
  const child = createMachine({ id: 'child' });

  test('has after a restart the context that it had, and the actors that its context refers to', async () => {
    const machine = setup({
      types: {} as { context: { at: Date; seats: Map<string, bigint>; none: undefined; shop: { child: AnyActorRef } } },
      actors: { child },
    }).createMachine({
      context: ({ spawn }) => ({
        at: new Date(5),
        seats: new Map([['a1', 1n]]),
        none: undefined,
        shop: { child: spawn('child', { id: 'kid', systemId: 'kid' }) },
      }),
    });
    const store = memoryStore();
    const first = await openDurable({ store, machine, clock });
    const { shop: _, ...before } = first.root.getSnapshot().context;
    await first.close();
    const second = await openDurable({ store, machine, clock });
    const { shop, ...after } = second.root.getSnapshot().context;
    expect(after).toStrictEqual(before);
    expect(shop.child).toBe(second.get('kid'));
    await second.close();
  });

  test('keeps what an effect returned', async () => {
    const machine = setup({
      types: {} as { context: { found: unknown } },
      actors: {
        find: effect<undefined, Map<string, Date>>(async () => new Map([['a', new Date(1)]])),
      },
    }).createMachine({
      context: { found: null },
      initial: 'finding',
      states: {
        finding: {
          invoke: { src: 'find', onDone: { target: 'found', actions: assign({ found: ({ event }) => event.output }) } },
        },
        found: {},
      },
    });
    const store = memoryStore();
    const first = await openDurable({ store, machine, clock });
    await waitFor(first.root, snapshot => snapshot.matches('found'));
    await first.close();
    const second = await openDurable({ store, machine, clock });
    expect(second.root.getSnapshot().context.found).toStrictEqual(new Map([['a', new Date(1)]]));
    await second.close();
  });

  test('whose context cannot be stored stops at the commit, named by its path; the store keeps its last state', async () => {
    const kid = setup({ types: {} as { context: { on: unknown } } }).createMachine({
      context: { on: null },
      on: { KEEP: { actions: assign({ on: () => new Map([['a', () => {}]]) }) } },
    });
    const machine = setup({ actors: { kid } }).createMachine({ invoke: { src: 'kid', id: 'kid', systemId: 'kid' } });
    const store = memoryStore();
    const first = await openDurable({ store, machine, clock });
    await expect(first.command('keep', () => first.get('kid').send({ type: 'KEEP' }))).rejects.toMatchObject({
      code: 'NOT_STORABLE',
      where: `${first.root.id}/kid`,
      message: 'The value at context.on.get("a") cannot be stored: it is a function.',
    });
    await first.close();
    const second = await openDurable({ store, machine, clock });
    expect(second.get('kid').getSnapshot().context).toEqual({ on: null });
    await second.close();
  });

  test('cannot keep its actors in a Map, because XState does not restore them', async () => {
    const machine = setup({
      actors: { child },
      types: {} as { context: { kids: Map<string, AnyActorRef> } },
    }).createMachine({
      context: ({ spawn }) => ({ kids: new Map([['kid', spawn('child', { id: 'kid' })]]) }),
    });
    await expect(openDurable({ store: memoryStore(), machine, clock })).rejects.toMatchObject({
      code: 'NOT_STORABLE',
      message: expect.stringContaining('a Map or Set that holds actors'),
    });
  });

  test('gives a snapshot with the values as they are, from which a new store starts', async () => {
    const machine = setup({ types: {} as { context: { at: Date } } }).createMachine({ context: { at: new Date(7) } });
    const first = await openDurable({ store: memoryStore(), machine, clock });
    const snapshot = copyOf(await first.snapshot()) as Awaited<ReturnType<typeof first.snapshot>>;
    await first.close();
    const second = await openDurable({ store: memoryStore(), machine, clock, snapshot });
    expect(second.root.getSnapshot().context.at).toStrictEqual(new Date(7));
    await second.close();
  });
});
