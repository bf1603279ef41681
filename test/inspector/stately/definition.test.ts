import { describe, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { chartOf } from '../../../src/durable/chart.ts';
import type { Chart, ChartState } from '../../../src/durable.ts';
import { toChartLayout } from '../../../src/inspector/server/chart-layout.ts';
import { parseChartDefinition, toMachineConfig } from '../../../src/inspector/stately/definition.ts';

const config = {
  id: 'shop',
  initial: 'open',
  context: {},
  on: { RESET: '.open', CLOSE: '.shut' },
  states: {
    open: {
      tags: ['calm'],
      entry: ['greet'],
      exit: 'wave',
      initial: 'idle',
      on: {
        SELL: { target: '#shop.open.busy', guard: 'hasStock', actions: [{ type: 'note' }] },
        NOTE: { actions: 'note' },
      },
      states: {
        idle: { after: { 500: 'busy' } },
        busy: { id: 'rush', invoke: { src: 'serve', id: 's', onDone: 'idle', onError: '#shop.shut' } },
      },
      onDone: 'shut',
    },
    both: { type: 'parallel', states: { a: {}, b: { always: { target: 'a', guard: 'never' } } } },
    past: { type: 'history' },
    shut: { type: 'final' },
  },
} as const;

const all = (state: ChartState): ChartState[] => [state, ...state.states.flatMap(all)];
const waysIn = (chart: Chart) =>
  all(chart.root).flatMap(({ id, transitions }) =>
    transitions.map(({ event, targets }) => `${id} ${event} ${targets}`),
  );

describe('a definition of the Stately protocol', () => {
  test('becomes the chart that XState itself makes of it', () => {
    const chart = parseChartDefinition(JSON.stringify(config)) as Chart;
    const real = chartOf(createMachine(config as never)) as Chart;
    const shape = (chart: Chart) =>
      all(chart.root).map(({ id, key, type, initial, tags }) => ({ id, key, type, initial, tags }));
    expect(shape(chart)).toEqual(shape(real));
    const named = (chart: Chart) =>
      waysIn(chart)
        .filter(way => !/xstate\.(?:after|done\.actor|error)/.test(way))
        .sort();
    expect(named(chart)).toEqual(named(real));
    expect(waysIn(chart)).toContain('rush xstate.done.actor.s shop.open.idle');
    expect(waysIn(chart)).toContain('rush xstate.error.actor.s shop.shut');
    expect(waysIn(chart)).toContain('shop.open.idle xstate.after.500.shop.open.idle rush');
    const open = all(chart.root).find(({ id }) => id === 'shop.open');
    expect(open).toMatchObject({ entry: ['greet'], exit: ['wave'] });
    expect(open?.transitions[0]).toMatchObject({ guard: 'hasStock', actions: ['note'] });
  });

  test('is null when it is invalid, has no states, or is missing', () => {
    for (const text of [undefined, 'no json', '{"id":"effect"}', '{"states":{}}', '{"states":{"a":3}}']) {
      expect(parseChartDefinition(text)).toBeNull();
    }
    expect(
      parseChartDefinition('{"states":{"a":{"on":{"GO":"nowhere"}}}}')?.root.states[0]?.transitions[0]?.targets,
    ).toEqual([]);
  });

  test('is created from a drawing, and parses to the same', () => {
    const chart = parseChartDefinition(JSON.stringify(config)) as Chart;
    const again = parseChartDefinition(JSON.stringify(toMachineConfig(toChartLayout(chart, { id: '' })))) as Chart;
    expect(waysIn(again).sort()).toEqual(waysIn(chart).sort());
    expect(all(again.root).map(({ id, type }) => [id, type])).toEqual(
      all(chart.root).map(({ id, type }) => [id, type]),
    );
    expect(
      toMachineConfig({ id: '', version: null, width: 0, height: 0, states: [], transitions: [], edges: [] }),
    ).toEqual({});
  });
});
