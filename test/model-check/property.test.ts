/** The prover itself: what it must not take for a proof. */
import { describe, expect, test } from 'vitest';
import { assign, setup } from 'xstate';
import type { World } from './explore.ts';
import { type Property, verify } from './property.ts';
import { claim } from './steps.ts';

/** A gate that opens only when it is unlocked. */
const gate = setup({
  types: {
    context: {} as { unlocked: boolean; key: { teeth: number } | null },
    events: {} as { type: 'open' | 'turn' },
  },
  guards: { isUnlocked: ({ context }) => context.unlocked },
}).createMachine({
  context: { unlocked: false, key: null },
  initial: 'shut',
  states: {
    shut: {
      on: { turn: { actions: assign({ unlocked: true }) }, open: { guard: 'isUnlocked', target: 'ajar' } },
    },
    ajar: {},
    /** No transition leads here. */
    broken: {},
  },
});
type Gate = typeof gate;

const world: World<Gate> = {
  input: undefined,
  events: () => [{ type: 'open' }, { type: 'turn' }],
  key: ({ value, context }) => JSON.stringify([value, context]),
};
const opens = claim<Gate>(
  ({ to }) => to.value === 'ajar',
  ({ to }) => to.context.unlocked,
);
const unlocked = { guard: 'isUnlocked', machine: gate.provide({ guards: { isUnlocked: () => true } }), world };
const property = (planted: Partial<Property<Gate>>): Property<Gate> => ({
  property: 'A gate opens only when it is unlocked',
  claims: [opens],
  mutations: [unlocked],
  ...planted,
});
const proved = (planted: Partial<Property<Gate>>, worlds = [world]) =>
  verify({ machine: gate, worlds, properties: [property(planted)] }).verdicts[0];

describe('The prover', () => {
  test('takes a property that holds and finds its error', () => {
    expect(proved({})).toMatchObject({
      holds: true,
      path: null,
      vacuous: [],
      mutations: [{ guard: 'isUnlocked', found: true, path: ['open'], thrown: null }],
    });
  });

  test('refuses a property that is broken, and says by which events', () => {
    const shut = claim<Gate>(
      () => true,
      ({ to }) => to.value === 'shut',
    );
    expect(proved({ claims: [shut] })).toMatchObject({ holds: false, path: ['turn', 'open'] });
  });

  test('refuses a property of which a premise never holds, and says which [R197]', () => {
    const vacuous = claim<Gate>(
      ({ to }) => to.value === 'broken',
      () => false,
    );
    expect(proved({ claims: [opens, vacuous] })).toMatchObject({ holds: false, path: null, vacuous: [2] });
  });

  test('does not count an error that only throws as found, and says where it throws [R197]', () => {
    const throws = gate.provide({
      guards: { isUnlocked: ({ context }) => (context.key as { teeth: number }).teeth > 0 },
    });
    expect(proved({ mutations: [{ guard: 'isUnlocked', machine: throws, world }] })?.mutations).toMatchObject([
      { found: false, path: [], thrown: expect.stringContaining('open (throws: ') },
    ]);
  });

  test('finds an error that shows beside a step on which it throws', () => {
    const both = gate.provide({
      guards: {
        isUnlocked: ({ event, context }) => {
          if (context.unlocked) throw new TypeError('jammed');
          return event.type === 'open';
        },
      },
    });
    expect(proved({ mutations: [{ guard: 'isUnlocked', machine: both, world }] })?.mutations).toMatchObject([
      { found: true, path: ['open'], thrown: null },
    ]);
  });

  test('does not count an error as found where the sound chart breaks the property on the same events', () => {
    const still = claim<Gate>(
      ({ event }) => event.type === 'turn',
      ({ to }) => !to.context.unlocked,
    );
    const quiet: World<Gate> = { ...world, events: () => [{ type: 'open' }] };
    const {
      verdicts: [verdict],
    } = verify({
      machine: gate,
      worlds: [quiet],
      properties: [property({ claims: [opens, still], mutations: [{ ...unlocked, machine: gate }] })],
    });
    expect(verdict?.mutations).toMatchObject([{ found: false, path: ['turn'] }]);
  });

  test('looks at what a chart decides at once, and refuses one that throws on its way', () => {
    const first = claim<Gate>(
      ({ event }) => event.type === 'xstate.init',
      ({ to }) => to.value === 'shut',
    );
    expect(proved({ claims: [first] })).toMatchObject({ holds: true, vacuous: [] });
    const jammed = gate.provide({
      guards: {
        isUnlocked: () => {
          throw new TypeError('jammed');
        },
      },
    });
    const { verdicts } = verify({
      machine: jammed,
      worlds: [world],
      properties: [property({ claims: [first], mutations: [] })],
    });
    expect(verdicts[0]).toMatchObject({ holds: false, path: [expect.stringContaining('jammed')] });
  });
});
