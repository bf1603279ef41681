import { describe, expect, test } from 'vitest';
import { type AnyStateMachine, createMachine, type StateNode, type TransitionDefinition } from 'xstate';
import { backoffMs } from '../../machines/backoff.ts';
import { chartFiles, functionMark, readChart } from './chart-source.ts';

const charts = (await chartFiles()).map(file => [file.name, file] as const);

/** A value of a chart's configuration, with a mark in place of each function. */
function withoutFunctions(value: unknown): unknown {
  if (typeof value === 'function') return functionMark;
  if (Array.isArray(value)) return value.map(withoutFunctions);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutFunctions(part)]));
}

const transitionRow = ({ eventType, guard, target, actions, reenter }: TransitionDefinition<never, never>) => ({
  eventType,
  guard: withoutFunctions(guard),
  targets: target?.map(({ id }) => id),
  actions: withoutFunctions(actions),
  reenter,
});

/** All that decides where a machine goes and what it does there: its states, and their transitions with resolved targets. */
function stateTree(node: StateNode<never, never>): unknown {
  const { id, type, history, tags, entry, exit, invoke } = node;
  return {
    ...{ id, type, history, tags, entry: withoutFunctions(entry), exit: withoutFunctions(exit) },
    initial: node.initial?.target?.map(target => target.id),
    invoke: invoke.map(each => ({ id: each.id, src: each.src, input: withoutFunctions(each.input) })),
    transitions: [...node.transitions.values(), node.always ?? []].flat().map(transitionRow as never),
    delays: node.after.map(({ delay }) => delay),
    states: Object.values(node.states).map(state => stateTree(state as never)),
  };
}

const treeOf = (machine: AnyStateMachine) => stateTree(machine.root as never);

/** Every guard, action and effect that the chart's configuration mentions, as it is written there. */
function mentioned(
  part: unknown,
  found: { guards: unknown[]; actions: unknown[]; sources: unknown[] } = { guards: [], actions: [], sources: [] },
) {
  if (Array.isArray(part)) for (const inner of part) mentioned(inner, found);
  else if (typeof part === 'object' && part !== null) {
    for (const [key, value] of Object.entries(part)) {
      if (key === 'guard') found.guards.push(value);
      if (['actions', 'entry', 'exit'].includes(key)) found.actions.push(...[value].flat());
      if (key === 'src') found.sources.push(value);
      if (key !== 'params' && key !== 'context') mentioned(value, found);
    }
  }
  return found;
}

const nameOf = (written: unknown) => (typeof written === 'string' ? written : (written as { type?: string }).type);

describe.each(charts)('The chart "%s"', (_, { machine, source }) => {
  const { guards, actions, sources } = mentioned(machine.config);
  const known = machine.implementations;

  test('is written out in its file, and the machine that runs has the same states and transitions [R208]', () => {
    const written = readChart(source);
    expect(treeOf(createMachine(written))).toEqual(treeOf(machine));
    expect(written).toEqual(withoutFunctions(machine.config));
  });

  test('names every guard, action and effect it uses, and they are there', () => {
    for (const guard of guards) expect(Object.keys(known.guards)).toContain(nameOf(guard));
    for (const action of actions) expect(Object.keys(known.actions)).toContain(nameOf(action));
    for (const source of sources) expect(Object.keys(known.actors)).toContain(source);
    expect(actions.length).toBeGreaterThan(0);
  });

  test('is drawn with those names', () => {
    const drawn = JSON.stringify(machine.toJSON());
    for (const source of sources) expect(drawn).toContain(`"src":"${source}"`);
    expect(drawn).toContain(`"id":"${machine.id}"`);
  });

  test('has a bound for transitions that follow each other', () => {
    expect(machine.config.options?.maxIterations).toBe(1000);
  });
});

describe('A chart in its file', () => {
  const chartWith = (states: string) => `
    const states = { a: {} };
    const on = { go: 'b' };
    export const machine = setup({}).createMachine({ id: 'a', initial: 'a', context: () => ({}), states: ${states} });
  `;

  test('is read without running it', () => {
    const chart = chartWith(
      `{ a: { on: { go: [{ target: 'b', guard: 'mayGo', reenter: true }] } }, b: { type: 'final' } }`,
    );
    expect(readChart(chart)).toEqual({
      ...{ id: 'a', initial: 'a', context: functionMark },
      states: { a: { on: { go: [{ target: 'b', guard: 'mayGo', reenter: true }] } }, b: { type: 'final' } },
    });
  });

  test.each([
    ['states from a name', 'states'],
    ['a state from a name', '{ a: states.a }'],
    ['a state by shorthand', '{ states }'],
    ['a state built by a function', `{ a: stateFor('a') }`],
    ['states spread in', '{ ...states, b: {} }'],
    ['transitions spread in', '{ a: { on: { ...on } } }'],
    ['a transition built by a function', `{ a: { on: { go: to('b') } } }`],
    ['a computed state', `{ ['a']: {} }`],
    ['a guard without a name', `{ a: { on: { go: { guard: () => true, target: 'b' } } } }`],
    ['an action without a name', '{ a: { entry: assign({}) } }'],
    ['parameters built by a function', `{ a: { entry: { type: 'enter', params: paramsOf('a') } } }`],
  ])('may not have %s [R208]', (_, states) => {
    expect(() => readChart(chartWith(states))).toThrow('line 4 is not written out');
  });

  test('may not be patched or divided [R208]', () => {
    expect(() => readChart(`const machine = createMachine(patched({ id: 'a' }));`)).toThrow('not written out');
    expect(() => readChart(`createMachine({ id: 'a' }); createMachine({ id: 'b' });`)).toThrow('2 charts in one file');
  });
});

describe('Back-off', () => {
  test('doubles, spreads by a quarter, and is the same for the same seed', () => {
    for (const tries of [1, 2, 3, 4]) {
      const wait = backoffMs({ baseMs: 1_000, tries, seed: 'a' });
      expect(wait).toBe(backoffMs({ baseMs: 1_000, tries, seed: 'a' }));
      expect(wait).toBeGreaterThanOrEqual(750 * 2 ** (tries - 1));
      expect(wait).toBeLessThan(1_250 * 2 ** (tries - 1));
    }
    const waits = new Set(
      Array.from({ length: 50 }, (_, index) => backoffMs({ baseMs: 1_000, tries: 1, seed: `plan ${index}` })),
    );
    expect(waits.size).toBeGreaterThan(40);
  });

  test('has an end, and no wait is no wait', () => {
    expect(backoffMs({ baseMs: 1_000, tries: 60, seed: 'a' })).toBeLessThanOrEqual(4_500_000);
    expect(backoffMs({ baseMs: 0, tries: 3, seed: 'a' })).toBe(0);
  });
});
