import { describe, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { chartOf } from '../../../src/durable/chart.ts';
import type { Chart } from '../../../src/durable.ts';
import { createChartLayouter } from '../../../src/inspector/server/layout-worker.ts';
import type { InspectorEvent } from '../../../src/inspector/state/events.ts';
import { createInspectorStore } from '../../../src/inspector/state/store.ts';
import { actorRows } from '../../../src/inspector/view/actor-rows.ts';
import { chartSvg, transitionTexts } from '../../../src/inspector/view/chart-svg.ts';
import { currentPosition, positionRows } from '../../../src/inspector/view/position-rows.ts';
import { actorName, toMessageSequence } from '../../../src/inspector/view/sequence.ts';
import { activeStates, allowedEvents, formatStateValue } from '../../../src/inspector/view/states.ts';
import { actorStarted, actorTransitioned, messageReceived, planItem } from '../sample-events.ts';

const filled = (...items: InspectorEvent[]) => {
  const store = createInspectorStore();
  store.add(items);
  return store;
};
const tree = (...more: InspectorEvent[]) =>
  filled(
    actorStarted('1', { id: 'root' }),
    actorStarted('2', { parent: '1', id: 'left' }),
    actorStarted('3', { parent: '2', id: 'leaf' }),
    actorStarted('4', { parent: '1', id: 'right' }),
    ...more,
  );
const asIs = { open: new Map<string, boolean>(), filter: '', gone: false };

test('the current position of a plan is that of its running actor and of the running ones below it', () => {
  const store = tree(
    actorStarted('5', { parent: '1', id: 'P', src: 'plan' }),
    actorStarted('6', { parent: '5', id: 'merge', src: 'merge' }),
    actorStarted('7', { parent: '5', id: 'gone', src: 'review' }),
    { type: 'stopped', uid: '7', why: 'ended' },
    planItem('P', { goal: 'Do it' }),
  );
  const rows = positionRows(store.plans, currentPosition(store, 'P'));
  expect(rows.map(({ key, depth, name }) => [key, depth, name])).toEqual([
    ['/P', 0, 'Do it'],
    ['/P/merge', 1, 'merge'],
  ]);
  store.add([{ type: 'stopped', uid: '5', why: 'passivated' }]);
  expect(currentPosition(store, 'P')).toBeNull();
  expect(positionRows(store.plans, null)).toEqual([]);
});

describe('the tree of actors', () => {
  test('is listed parents first, and collapses where it was collapsed', () => {
    expect(actorRows(tree(), asIs).map(({ uid, depth, inside }) => [uid, depth, inside])).toEqual([
      ['1', 0, 2],
      ['2', 1, 1],
      ['3', 2, 0],
      ['4', 1, 0],
    ]);
    expect(actorRows(tree(), { ...asIs, open: new Map([['2', false]]) }).map(({ uid }) => uid)).toEqual([
      '1',
      '2',
      '4',
    ]);
  });

  test('shows with a filter the matching actors and their ancestors', () => {
    expect(actorRows(tree(), { ...asIs, filter: 'LEAF' }).map(({ uid }) => uid)).toEqual(['1', '2', '3']);
  });

  test('hides stopped actors by default; actors without a parent are at the top', () => {
    const store = tree({ type: 'stopped', uid: '4', why: 'ended' }, actorStarted('9', { parent: 'absent' }));
    expect(actorRows(store, asIs).map(({ uid }) => uid)).toEqual(['1', '2', '3', '9']);
    expect(actorRows(store, { ...asIs, gone: true }).map(({ uid }) => uid)).toEqual(['1', '2', '3', '4', '9']);
  });

  test('starts collapsed when there are many', () => {
    const many = Array.from({ length: 600 }, (_, index) => actorStarted(`c${index}`, { parent: '2' }));
    expect(actorRows(tree(...many), asIs).map(({ uid, inside }) => [uid, inside])).toEqual([
      ['1', 2],
      ['2', 601],
      ['4', 0],
    ]);
  });
});

describe('the sequence of messages', () => {
  const store = tree(
    messageReceived('2', { from: '1', event: { type: 'GO' } }),
    actorTransitioned('2', { value: 'on' }),
    messageReceived('3', { from: '2', event: { type: 'STEP' } }),
    messageReceived('1', { from: '3', event: { type: 'xstate.done.actor.leaf' } }),
    messageReceived('4', { event: { type: 'GO' } }),
  );
  const all = { about: null, filter: '', own: false, max: 10 };

  test('has a column for every actor in it, and the last messages', () => {
    const { columns, arrows, olderCount } = toMessageSequence(store, all);
    expect(columns.map(({ name }) => name)).toEqual(['root', 'left', 'leaf', 'right']);
    expect(arrows.map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [1, 2],
      [null, 3],
    ]);
    expect(olderCount).toBe(0);
    expect(toMessageSequence(store, { ...all, max: 1 })).toMatchObject({
      olderCount: 2,
      arrows: [{ from: null, to: 0 }],
    });
  });

  test("can be limited to an event, to an actor, and extended by XState's own events", () => {
    expect(toMessageSequence(store, { ...all, filter: 'ste' }).arrows).toHaveLength(1);
    expect(toMessageSequence(store, { ...all, about: '3' }).arrows).toHaveLength(1);
    expect(toMessageSequence(store, { ...all, own: true }).arrows).toHaveLength(4);
  });

  test('names actors of plans by the goal', () => {
    const id = '01M7YWXBGTZETT7DWMM1W3HGT4';
    const plans = filled(
      planItem(id),
      actorStarted('1', { id, src: 'plan' }),
      actorStarted('2', { id, src: 'member' }),
      actorStarted('3', { id: `x-${id}` }),
    );
    expect(['1', '2', '3', '?'].map(uid => actorName(plans, uid))).toEqual([
      `goal of ${id}`,
      'member 1W3HGT4'.replace('1W', 'M1W'),
      'x-…M1W3HGT4',
      '?',
    ]);
  });
});

describe('a drawing of a chart', () => {
  const machine = createMachine({
    id: 'job',
    type: 'parallel',
    states: {
      work: {
        initial: 'idle',
        states: {
          idle: { tags: ['calm'], on: { GO: { target: 'busy', guard: 'may' }, NOTE: { actions: 'write' } } },
          busy: {
            entry: 'begin',
            exit: 'end',
            invoke: { src: 'load', onDone: 'idle' },
            always: { target: 'over', guard: 'isOver' },
          },
          over: { type: 'final' },
        },
      },
      '<watch>': {},
    },
  });

  async function drawn() {
    const draws = createChartLayouter();
    const picture = await draws.layout(chartOf(machine) as Chart);
    await draws.close();
    return picture;
  }

  test('has a position for every state inside its parent, and a line for every transition to another', async () => {
    const { states, edges, width, height } = await drawn();
    const byId = new Map(states.map(state => [state.id, state]));
    expect([...byId.keys()]).toEqual([
      'job',
      'job.work',
      'job.work.idle',
      'job.work.busy',
      'job.work.over',
      'job.<watch>',
    ]);
    for (const { parent, x, y, width: wide, height: high } of states) {
      const around = byId.get(parent ?? '') ?? { x: 0, y: 0, width, height };
      expect(x).toBeGreaterThanOrEqual(around.x);
      expect(y).toBeGreaterThanOrEqual(around.y);
      expect(x + wide).toBeLessThanOrEqual(around.x + around.width);
      expect(y + high).toBeLessThanOrEqual(around.y + around.height);
    }
    expect(edges.map(({ from, to, labels }) => [from, to, labels])).toEqual([
      ['job.work.idle', 'job.work.busy', ['GO [may]']],
      ['job.work.busy', 'job.work.idle', ['done job.work.busy']],
      ['job.work.busy', 'job.work.over', ['always [isOver]']],
    ]);
    expect(edges.every(({ path, label }) => path.length >= 2 && label !== null)).toBe(true);
  });

  test('shows the active states and the events they accept', async () => {
    const picture = await drawn();
    const active = activeStates(picture, { work: 'idle', '<watch>': {} });
    expect([...active]).toEqual(['job', 'job.work', 'job.work.idle', 'job.<watch>']);
    expect(allowedEvents(picture, active).map(({ event, transitions }) => [event, transitions.length])).toEqual([
      ['GO', 1],
      ['NOTE', 1],
    ]);
    expect(transitionTexts(picture, active)).toEqual(['GO [may] → busy', 'NOTE → stays']);
    const busy = activeStates(picture, { work: 'busy' });
    expect(allowedEvents(picture, busy).map(({ event }) => event)).toEqual(['xstate.done.actor.0.job.work.busy']);
    expect(activeStates(picture, null).size).toBe(0);
    expect(activeStates(picture, 'nowhere').size).toBe(1);
  });

  test('is drawn with active states marked and every name escaped', async () => {
    const svg = chartSvg(await drawn(), new Set(['job.work.busy']), '.x{}');
    expect(svg).toContain('class="state atomic leaf active" data-state="job.work.busy"');
    expect(svg).toContain('&lt;watch&gt;');
    expect(svg).not.toContain('<watch>');
    expect(svg).toContain('⚙ load');
    expect(svg).toContain('<style>.x{}</style>');
    expect(svg.match(/class="second"/g)).toHaveLength(1);
  });

  test('of a large chart is compact, without labels on its lines', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `s${index}`);
    const on = (index: number) => ({ A: `s${(index + 1) % 30}`, B: `s${(index + 7) % 30}` });
    const states = Object.fromEntries(names.map((name, index) => [name, { on: on(index) }]));
    const draws = createChartLayouter();
    const picture = await draws.layout(chartOf(createMachine({ id: 'ring', initial: 's0', states })) as Chart);
    await draws.close();
    expect(picture.edges).toHaveLength(60);
    expect(picture.edges.every(({ label }) => label === null)).toBe(true);
    expect(chartSvg(picture, new Set())).toContain('<title>A: ring.s0 → ring.s1</title>');
  });

  test('that cannot be laid out has no width, and a closed layouter leaves no caller waiting', async () => {
    const draws = createChartLayouter();
    const astray = { event: 'GO', targets: ['nowhere'], guard: null, actions: [] };
    const root = { ...(chartOf(machine) as Chart).root, transitions: [astray] };
    expect((await draws.layout({ id: 'x', version: null, root })).width).toBe(0);
    const waits = draws.layout(chartOf(machine) as Chart);
    await draws.close();
    expect((await waits).id).toBe('job');
  });

  test('shows a state value on one line', () => {
    expect(formatStateValue({ a: 'b', c: { d: { e: 'f', g: 'h' } }, i: {} })).toBe('a.b + c.d.(e.f + g.h) + i');
    expect(formatStateValue(null)).toBe('');
  });
});
