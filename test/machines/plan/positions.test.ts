import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { AnyStateNode } from 'xstate';
import { planMachine } from '../../../machines/index.ts';
import { type ChartState, chartOf } from '../../../src/durable/chart.ts';
import { Phase, PlanState } from '../../../src/model/plan.ts';

const text = readFileSync(new URL('../../../docs/internals/lifecycle.md', import.meta.url), 'utf8');

/** The rows `phase, state, kind` of the table of positions. */
const documented = [...text.matchAll(/^\| (\w+) \| (\w+) \| (rests|works|final) \|/gm)].map(([, ...row]) =>
  row.join(' '),
);

/** The value of a tag such as `state:queued`. */
const tagged = ({ tags }: ChartState, name: string) =>
  tags.find(tag => tag.startsWith(`${name}:`))?.slice(name.length + 1) ?? null;

const rests = (state: ChartState): boolean => state.tags.includes('resting') || state.states.some(rests);

/** The positions that the states of the chart are tagged with. A phase that no state names is the one the plan was in. */
function positions(state: ChartState, above = 'any'): string[] {
  const phase = tagged(state, 'phase') ?? above;
  const position = tagged(state, 'state');
  const kind = state.type === 'final' ? 'final' : rests(state) ? 'rests' : 'works';
  const inner = state.states.flatMap(each => positions(each, phase));
  return position === null ? inner : [`${phase} ${position} ${kind}`, ...inner];
}

const chart = chartOf(planMachine);
const tags = chart === null ? [] : positions(chart.root);

test('The chart of a plan has exactly the positions of the documented table, each once [R208]', () => {
  expect(tags.length).toBe(18);
  expect([...tags].sort()).toEqual([...documented].sort());
  expect(new Set(tags).size).toBe(tags.length);
});

test('The positions of the chart are the phases and states of a plan', () => {
  const pairs = tags.map(tag => tag.split(' '));
  expect(new Set(pairs.map(([phase]) => phase))).toEqual(new Set([...Phase.options, 'any']));
  expect(new Set(pairs.map(([, state]) => state))).toEqual(new Set(PlanState.options));
});

/** The states of the chart that are no position of their own: those a plan is held or stopped in, and those around all others. */
const besides = ['plan', 'plan.active', 'plan.active.lifecycle', 'plan.active.lifecycle.resumePoint'];
const held = ['resuming', 'rollingBack', 'correcting'].map(state => `plan.active.${state}`);
const ending = ['plan.stopping', 'plan.finishing'];

/** The states of the chart down to the positions: what is inside a position, or inside a state that holds the plan, is a step. */
function statesToPositions(state: ChartState): ChartState[] {
  const isStep = tagged(state, 'state') !== null || [...held, ...ending].includes(state.id);
  return [state, ...(isStep ? [] : state.states.flatMap(statesToPositions))];
}

test('The chart of a plan has a state for each phase and state of the lifecycle, and else those that hold or end a plan [R210]', () => {
  const pairs = documented.map(row => row.split(' ')).filter(([phase, , kind]) => phase !== 'any' && kind !== 'final');
  const phases = [...new Set(pairs.map(([phase]) => phase))];
  const lifecycle = [...phases.map(phase => [phase]), ...pairs.map(([phase, state]) => [phase, state])];
  const finals = ['applied', 'completed', 'failed', 'cancelled'].map(state => `plan.${state}`);
  const states = chart === null ? [] : statesToPositions(chart.root).map(({ id }) => id);
  expect(pairs.length).toBe(13);
  expect(states.sort()).toEqual(
    [
      ...besides,
      ...lifecycle.map(path => ['plan.active.lifecycle', ...path].join('.')),
      'plan.active.paused',
      ...held,
      ...ending,
      ...finals,
    ].sort(),
  );
});

const nodesIn = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(nodesIn)];

test('Each position that a state sets on entry is the one it is tagged with', () => {
  const setPositions = nodesIn(planMachine.root).flatMap(node =>
    node.entry.flatMap(action => {
      if (typeof action !== 'object' || action.type !== 'setPosition' || typeof action.params !== 'object') return [];
      const names = [...node.tags, ...(node.parent?.tags ?? [])];
      return [{ id: node.id, names, params: action.params as { phase: string; state: string } }];
    }),
  );
  expect(setPositions.length).toBe(13);
  for (const { id, names, params } of setPositions)
    expect([id, names]).toEqual([id, expect.arrayContaining([`phase:${params.phase}`, `state:${params.state}`])]);
});
