import { describe, expect, test } from 'vitest';
import { differences, stateAfter } from '../../../src/inspector/state/actor-state.ts';
import type { InspectorEvent } from '../../../src/inspector/state/events.ts';
import { createInspectorStore } from '../../../src/inspector/state/store.ts';
import { actorStarted, actorTransitioned, messageReceived, planItem } from '../sample-events.ts';

const filled = (items: InspectorEvent[], bounds = {}) => {
  const store = createInspectorStore(bounds);
  store.add(items);
  return store;
};

describe('the store', () => {
  test("has each actor's state, its received events and its children", () => {
    const store = filled([
      actorStarted('1'),
      actorStarted('2', { parent: '1', state: { value: 'idle', status: 'active', context: { n: 1, old: true } } }),
      messageReceived('2', { from: '1' }),
      actorTransitioned('2', { value: 'busy', set: { n: 2 }, unset: ['old'] }),
    ]);
    expect(store.actors.get('1')?.children).toEqual(['2']);
    expect(store.actors.get('2')).toMatchObject({
      now: { value: 'busy', context: { n: 2 } },
      base: { context: { n: 1 } },
    });
    expect(store.actors.get('2')?.log).toHaveLength(2);
    expect(stateAfter(store.actors.get('2') as never, 0)).toMatchObject({
      value: 'idle',
      context: { n: 1, old: true },
    });
  });

  test('keeps a limited number of events, and still every state in between', () => {
    const items: InspectorEvent[] = [
      actorStarted('1', { state: { value: null, status: 'active', context: { n: 0 } } }),
    ];
    for (let n = 1; n <= 50; n++) items.push(actorTransitioned('1', { set: { n } }));
    const store = createInspectorStore({ logMax: 10 });
    for (const item of items) store.add([item]);
    const actor = store.actors.get('1');
    expect(store.log.length).toBeLessThanOrEqual(11);
    expect(actor?.log.length).toBe(store.log.length);
    expect(actor?.base.context.n).toBe(50 - store.log.length);
    expect(stateAfter(actor as never, 2).context.n).toBe(50 - store.log.length + 3);
    expect(actor?.now.context.n).toBe(50);
  });

  test('produces an equal store from its events, after limits and passivation too', () => {
    const items: InspectorEvent[] = [
      {
        type: 'chart',
        chart: 1,
        picture: { id: 'm', version: null, width: 1, height: 1, states: [], transitions: [], edges: [] },
      },
      actorStarted('1', { chart: 1 }),
      actorStarted('2', { parent: '1' }),
      messageReceived('1'),
      actorTransitioned('2', { value: 'on' }),
      { type: 'stopped', uid: '2', why: 'passivated' },
      planItem('P1'),
      { type: 'plan-event', seq: '1', at: 5, planId: 'P1', name: 'plan.created', event: {} },
    ];
    const store = filled(items);
    const again = filled([...store.events()]);
    for (const part of ['charts', 'actors', 'plans', 'log', 'planEvents'] as const)
      expect(again[part]).toEqual(store[part]);
    expect(again.actors.get('2')?.stoppedAs).toBe('passivated');
    store.add([actorStarted('2', { parent: '1', state: { value: 'awake', status: 'active', context: {} } })]);
    expect(store.actors.get('2')).toMatchObject({ stoppedAs: null, now: { value: 'awake' } });
    expect(store.actors.get('1')?.children).toEqual(['2']);
  });

  test('drops the oldest of the stopped actors, when there are too many', () => {
    const items = Array.from({ length: 30 }, (_, index): InspectorEvent[] => [
      actorStarted(`c${index}`, { parent: '1' }),
      { type: 'stopped', uid: `c${index}`, why: 'ended' },
    ]);
    const store = filled([actorStarted('1'), ...items.flat()], { goneMax: 10 });
    expect(store.actors.size).toBe(11);
    expect(store.actors.get('1')?.children).toHaveLength(10);
    expect(store.actors.has('c29')).toBe(true);
  });

  test('keeps a limited number of plan events', () => {
    const event = (index: number): InspectorEvent => ({
      type: 'plan-event',
      seq: String(index),
      at: index,
      planId: 'P',
      name: 'x',
      event: {},
    });
    const store = filled(
      Array.from({ length: 30 }, (_, index) => event(index)),
      { planEventsMax: 10 },
    );
    expect(store.planEvents.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 10 }, (_, index) => String(20 + index)),
    );
  });

  test('drops the actors of one source, with their charts, or everything', () => {
    const chart = (number: number): InspectorEvent => ({
      type: 'chart',
      chart: number,
      picture: { id: 'm', version: null, width: 1, height: 1, states: [], transitions: [], edges: [] },
    });
    const store = filled([
      chart(1),
      chart(2),
      actorStarted('a/1', { chart: 1 }),
      actorStarted('b/1', { chart: 2 }),
      messageReceived('a/1'),
      planItem('P1'),
    ]);
    store.add([{ type: 'forget', what: 'actors', prefix: 'a/' }]);
    expect([...store.actors.keys()]).toEqual(['b/1']);
    expect([...store.charts.keys()]).toEqual([2]);
    expect(store.log).toEqual([]);
    expect(store.plans.size).toBe(1);
    store.add([{ type: 'forget', what: 'all' }]);
    expect([...store.events()]).toEqual([]);
  });

  test('ignores events of unknown actors', () => {
    const store = filled([
      messageReceived('9'),
      actorTransitioned('9', { value: 'x' }),
      { type: 'stopped', uid: '9', why: 'ended' },
    ]);
    expect(store.log).toHaveLength(2);
    expect(store.actors.size).toBe(0);
  });
});

describe('differences', () => {
  test('are named by their path, at any depth', () => {
    const before = { same: [1], steps: [{ name: 'a' }], gone: true };
    const after = { same: [1], steps: [{ name: 'b' }], come: null };
    expect(differences(before, after)).toEqual([
      { path: 'steps.0.name', before: 'a', after: 'b' },
      { path: 'gone', before: true, after: undefined },
      { path: 'come', before: undefined, after: null },
    ]);
    expect(differences([1], { 0: 1 })).toEqual([{ path: '', before: [1], after: { 0: 1 } }]);
    expect(differences({ a: 1, b: 1 }, { a: 2, b: 2 }, { max: 1 })).toHaveLength(1);
  });
});
