/** The standard protocol in both directions, with its official client. */
import { createInspector, createWebSocketInspector, type StatelyInspectionEvent } from '@statelyai/inspect';
import { describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { assign, createActor, createMachine, fromPromise, setup } from 'xstate';
import { memoryStore, openDurable } from '../../../src/durable.ts';
import type { ChartLayout, InspectorEvent } from '../../../src/inspector/state/events.ts';
import { createInspectorStore } from '../../../src/inspector/state/store.ts';
import { createStatelyReceiver } from '../../../src/inspector/stately/receive-stately-events.ts';
import { createStatelySender } from '../../../src/inspector/stately/send-stately-events.ts';
import { serveInspector } from '../../../src/inspector.ts';
import { waitForItems } from '../http-client.ts';
import { actorStarted, actorTransitioned, messageReceived } from '../sample-events.ts';

const lamp = setup({ types: {} as { context: { count: number; left?: string } } }).createMachine({
  id: 'lamp',
  context: { count: 0, left: 'yes' },
  initial: 'off',
  states: {
    off: { on: { PRESS: { target: 'on', actions: assign({ count: ({ context }) => context.count + 1 }) } } },
    on: { on: { PRESS: 'broken' } },
    broken: { type: 'final' },
  },
});

describe('a standard client', () => {
  test('of another program is shown with its chart, its states and its received events', async () => {
    const inspector = await serveInspector({});
    const client = createWebSocketInspector({ url: inspector.receiver });
    const actor = createActor(lamp, { inspect: client.inspect }).start();
    actor.send({ type: 'PRESS' });
    actor.send({ type: 'PRESS' });
    const items = await waitForItems(
      inspector,
      items => items.some(({ type }) => type === 'stopped') && items.some(({ type }) => type === 'chart'),
    );
    const store = createInspectorStore();
    store.add(items);
    const [shown] = store.actors.values();
    expect(shown).toMatchObject({
      src: 'lamp',
      now: { value: 'broken', status: 'done', context: { count: 1 } },
      stoppedAs: 'ended',
    });
    expect(shown?.log.flatMap(entry => (entry.type === 'received' ? entry.event.type : []))).toEqual([
      'xstate.init',
      'PRESS',
      'PRESS',
    ]);
    expect(
      store.charts
        .get(shown?.chart ?? 0)
        ?.states.map(({ key }) => key)
        .sort(),
    ).toEqual(['broken', 'lamp', 'off', 'on']);
    client.stop();
    await inspector.close();
  });

  test('is ignored when its messages are invalid; its actors stop when it disconnects', () => {
    const store = createInspectorStore();
    const client = createStatelyReceiver({ prefix: 's/', store, numberOf: () => 1 });
    expect(client.receive({ type: '@xstate.actor' })).toBeNull();
    expect(client.receive('x')).toBeNull();
    const receive = (message: object): InspectorEvent[] => {
      const items = client.receive({ createdAt: '5', ...message }) ?? [];
      store.add(items);
      return items;
    };
    const snapshot = { status: 'active', value: { a: 'b' }, context: { kept: 1, lost: 2 } };
    receive({
      type: '@xstate.actor',
      sessionId: 'x:0',
      name: 'm',
      definition: '{"id":"m","states":{"a":{}}}',
      snapshot,
    });
    receive({
      type: '@xstate.actor',
      sessionId: 'x:1',
      name: 'p',
      parentId: 'x:0',
      snapshot: { status: 'active', input: { n: 1 } },
    });
    expect(store.actors.get('s/x:1')).toMatchObject({
      parent: 's/x:0',
      chart: null,
      now: { value: null, context: { input: { n: 1 } } },
    });
    expect(receive({ type: '@xstate.event', sessionId: 'x:1', sourceId: 'x:0', event: { type: 'GO' } })).toMatchObject([
      { from: 's/x:0', at: 5 },
    ]);
    const next = {
      status: 'active',
      value: { a: 'c' },
      context: { kept: 1, new: { token: `ghp_${'a1B2'.repeat(9)}` } },
    };
    expect(receive({ type: '@xstate.snapshot', sessionId: 'x:0', snapshot: next })).toMatchObject([
      { delta: { value: { a: 'c' }, set: { new: { token: '[GitHub token]' } }, unset: ['lost'] } },
    ]);
    expect(receive({ type: '@xstate.snapshot', sessionId: 'x:0', snapshot: next })).toMatchObject([{ delta: {} }]);
    expect(receive({ type: '@xstate.snapshot', sessionId: 'x:9', snapshot: { status: 'active' } })).toMatchObject([
      { delta: { status: 'active', set: {} } },
    ]);
    const over = { status: 'done', output: 3 };
    expect(receive({ type: '@xstate.snapshot', sessionId: 'x:1', snapshot: over })).toMatchObject([
      { delta: { output: 3 } },
      { type: 'stopped' },
    ]);
    expect(client.disconnect()).toEqual([{ type: 'stopped', uid: 's/x:0', why: 'ended' }]);
  });
});

/** A chart with one state. */
const lampLayout: ChartLayout = {
  id: 'lamp',
  version: null,
  width: 1,
  height: 1,
  states: [
    {
      id: 'lamp',
      key: 'lamp',
      parent: null,
      type: 'atomic',
      initial: [],
      tags: [],
      entry: [],
      exit: [],
      invokes: [],
      x: 0,
      y: 0,
      width: 1,
      height: 1,
    },
  ],
  transitions: [],
  edges: [],
};

describe('a viewer of the Stately protocol', () => {
  test('gets the events of our actors, as from a standard client', () => {
    const theirs: StatelyInspectionEvent[] = [];
    const ours: StatelyInspectionEvent[] = [];
    const stock = createInspector({ send: event => theirs.push(event) });
    stock.actor('x', { status: 'active', value: 'off', context: {} });
    const store = createInspectorStore();
    const send = createStatelySender(store, event => ours.push(event));
    const hear = (...items: InspectorEvent[]) => {
      store.add(items);
      send(items);
    };
    hear(
      actorStarted('1', { id: 'lamp', chart: 7, state: { value: 'off', status: 'active', context: { n: 1 } } }),
      messageReceived('1', { event: { type: 'PRESS' } }),
    );
    expect(ours).toEqual([]);
    hear({ type: 'chart', chart: 7, picture: lampLayout });
    hear(
      actorTransitioned('1', { value: 'on', set: { n: 2 } }),
      actorStarted('2', { parent: '1', id: 'act' }),
      messageReceived('2', { from: '1' }),
      actorTransitioned('2', { status: 'done', output: 4 }),
      { type: 'stopped', uid: '2', why: 'ended' },
      { type: 'stopped', uid: '1', why: 'passivated' },
      actorTransitioned('1', { value: 'x' }),
    );
    expect(ours.map(({ type, sessionId }) => [type, sessionId])).toEqual([
      ['@xstate.actor', '1'],
      ['@xstate.event', '1'],
      ['@xstate.snapshot', '1'],
      ['@xstate.actor', '2'],
      ['@xstate.event', '2'],
      ['@xstate.snapshot', '2'],
      ['@xstate.snapshot', '2'],
      ['@xstate.snapshot', '1'],
    ]);
    expect(Object.keys(ours[0] ?? {}).sort()).toEqual(Object.keys(theirs[0] ?? {}).sort());
    expect(ours[0]).toMatchObject({
      name: 'lamp',
      definition: '{"id":"lamp"}',
      snapshot: { value: 'off', context: { n: 1 } },
    });
    expect(ours[2]).toMatchObject({ snapshot: { status: 'active', value: 'on', context: { n: 2 } } });
    expect(ours[3]).toMatchObject({ parentId: '1' });
    expect(ours[4]).toMatchObject({ sourceId: '1' });
    expect(ours[5]).toMatchObject({ snapshot: { status: 'done', output: 4 } });
  });

  test('may be our inspector, which then shows the same chart and states', async () => {
    const viewer = await serveInspector({});
    const system = await openDurable({ store: memoryStore(), machine: lamp });
    const teller = await serveInspector({ system, stately: viewer.receiver });
    await system.command('press', root => root.send({ type: 'PRESS' }));
    const store = createInspectorStore();
    store.add(
      await waitForItems(viewer, items => {
        const seen = createInspectorStore();
        seen.add(items);
        return seen.charts.size > 0 && [...seen.actors.values()].some(({ now }) => now.value === 'on');
      }),
    );
    const [shown] = store.actors.values();
    expect(shown).toMatchObject({ src: 'root', now: { value: 'on', status: 'active', context: { count: 1 } } });
    const drawn = (name: string) =>
      store.charts.get(shown?.chart ?? 0)?.transitions.filter(({ event }) => event === name);
    expect(drawn('PRESS')).toHaveLength(2);
    await teller.close();
    await viewer.close();
    await system.close();
  });

  test('receives a durable system over its socket; a missing viewer has no effect', async () => {
    const viewer = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await new Promise(resolve => viewer.once('listening', resolve));
    const received = new Promise<StatelyInspectionEvent>(resolve => {
      viewer.on('connection', socket =>
        socket.on('message', data => {
          const event = JSON.parse(String(data)) as StatelyInspectionEvent;
          if (event.type === '@xstate.event' && event.event.type === 'PRESS') resolve(event);
        }),
      );
    });
    const system = await openDurable({ store: memoryStore(), machine: lamp });
    const { port } = viewer.address() as { port: number };
    const inspector = await serveInspector({ system, stately: `ws://127.0.0.1:${port}` });
    await system.command('press', root => root.send({ type: 'PRESS' }));
    await waitForItems(inspector, items => items.some(({ type }) => type === 'started'));
    await system.command('press again', root => root.send({ type: 'PRESS' }));
    expect(await received).toMatchObject({ type: '@xstate.event', event: { type: 'PRESS' } });
    await inspector.close();
    await new Promise(resolve => viewer.close(resolve));
    const errors: string[] = [];
    const wrong = new Promise<void>(resolve => {
      void serveInspector({
        stately: `ws://127.0.0.1:${port}`,
        onError: ({ message }) => resolve(void errors.push(message)),
      }).then(alone => {
        void wrong.then(() => alone.close());
      });
    });
    await wrong;
    expect(errors[0]).toContain('No viewer listens at');
    await system.close();
  });
});

test('the package for XState 4 is not the one in use', () => {
  // What docs/guides/inspector.md says: machines of version 5 are reported by @statelyai/inspect.
  const seen: string[] = [];
  const inspector = createInspector({ send: ({ type }) => seen.push(type) });
  inspector.actor(createActor(createMachine({ id: 'm', invoke: { src: fromPromise(async () => 1) } })) as never);
  expect(seen).toEqual(['@xstate.actor']);
});
