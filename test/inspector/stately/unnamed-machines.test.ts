/** Definitions that other programs send, which contain less than those of XState. */
import { expect, test } from 'vitest';
import type { Chart } from '../../../src/durable.ts';
import { toChartLayout } from '../../../src/inspector/server/chart-layout.ts';
import { parseChartDefinition, toMachineConfig } from '../../../src/inspector/stately/definition.ts';

const chartOf = (config: object) => parseChartDefinition(JSON.stringify(config)) as Chart;

test('A machine without a name gets one, and unnamed parts in it are inline', () => {
  const chart = chartOf({
    initial: { target: 'a' },
    states: { a: { entry: [{}, { type: 'note' }], invoke: [{ src: {}, id: 'load' }, { onDone: 'b' }] }, b: {} },
  });
  expect(chart).toMatchObject({ id: '(machine)', root: { type: 'compound', initial: [] } });
  const [first] = chart.root.states;
  expect(first).toMatchObject({ entry: ['inline', 'note'], invokes: ['load', 'inline'] });
  expect(first?.transitions.map(({ event, targets }) => [event, targets])).toEqual([
    ['xstate.done.actor.inline', ['(machine).b']],
  ]);
});

test('A transition leads to several states, to the state inside another, or to an unknown one', () => {
  const chart = chartOf({
    id: 'm',
    type: 'parallel',
    on: { BOTH: { target: ['.a', '#m.b.c'], guard: {} }, LOST: '#other.a', DEEP: '.a.x.y', ROOT: 'a' },
    states: { a: {}, b: { states: { c: {} } } },
  });
  expect(chart.root.transitions).toEqual([
    { event: 'BOTH', targets: ['m.a', 'm.b.c'], guard: 'inline', actions: [] },
    { event: 'LOST', targets: [], guard: null, actions: [] },
    { event: 'DEEP', targets: [], guard: null, actions: [] },
    { event: 'ROOT', targets: ['m.a'], guard: null, actions: [] },
  ]);
});

test('A converted chart keeps several transitions of one event apart, in their order', () => {
  const on = { GO: [{ target: 'b', guard: 'may' }, { actions: 'note' }] };
  const chart = chartOf({ id: 'm', initial: 'a', states: { a: { on, always: 'b' }, b: { type: 'final' } } });
  expect(toMachineConfig(toChartLayout(chart, { id: '' }))).toEqual({
    id: 'm',
    initial: 'a',
    states: {
      a: {
        id: 'm.a',
        on: { GO: [{ target: ['#m.b'], guard: { type: 'may' } }, { actions: [{ type: 'note' }] }] },
        always: [{ target: ['#m.b'] }],
      },
      b: { id: 'm.b', type: 'final' },
    },
  });
});
