import { describe, expect, test } from 'vitest';
import type { DurableSystem } from '../../src/durable/api.ts';
import type { ActorLifecycleEvent } from '../../src/durable/lifecycle-events.ts';
import { type TraceBatch, traceActors } from '../../src/durable/trace.ts';
import { crashableStore, createShopMachine, openShop, sendToCounter } from './shop-machine.ts';

async function opened() {
  const system = (await openShop(createShopMachine(), {
    store: await crashableStore().open(),
  })) as unknown as DurableSystem;
  await system.command('open', root => root.send({ type: 'OPEN', id: 'a' }));
  return system;
}

/** The next batch; there is one. */
async function next(batches: AsyncIterator<TraceBatch>): Promise<TraceBatch> {
  const { value, done } = await batches.next();
  if (done === true) throw new Error('it is over');
  return value;
}

describe('a trace', () => {
  test('starts with the existing charts and actors and continues with their changes', async () => {
    const system = await opened();
    const stop = new AbortController();
    const batches = traceActors(system, { signal: stop.signal });
    const present = await next(batches);
    expect(present.snapshot).toBe(true);
    expect(present.traces.map(({ type }) => type)).toEqual(['chart', 'chart', 'started', 'started']);
    expect(present.traces[3]).toMatchObject({ id: 'a', state: { status: 'active', context: { total: 0 } } });
    sendToCounter(system, 'a', { type: 'ADD', amount: 2 });
    const { snapshot, traces } = await next(batches);
    expect(snapshot).toBe(false);
    expect(traces.map(({ type }) => type)).toEqual(['received', 'transitioned']);
    expect(traces[1]).toMatchObject({ type: 'transitioned', delta: { set: { total: 2 } } });
    await system.command('shut', root => root.send({ type: 'SHUT', id: 'a' }));
    expect((await next(batches)).traces.at(-1)).toMatchObject({ type: 'stopped', why: 'ended' });
    stop.abort();
    expect(await batches.next()).toEqual({ value: undefined, done: true });
    await system.close();
  });

  test('ends when its signal aborts, while it waits too', async () => {
    const system = await opened();
    const stop = new AbortController();
    const batches = traceActors(system, { signal: stop.signal });
    await next(batches);
    const waits = batches.next();
    stop.abort();
    expect((await waits).done).toBe(true);
    await system.close();
  });

  test('sends a slow reader the current state, once', async () => {
    const system = await opened();
    const batches = traceActors(system, { pendingMax: 6 });
    await next(batches);
    for (let amount = 1; amount <= 5; amount++) {
      sendToCounter(system, 'a', { type: 'ADD', amount });
      await system.barrier();
    }
    await system.barrier();
    const late = await next(batches);
    expect(late.snapshot).toBe(true);
    const startedTrace = late.traces.find(trace => trace.type === 'started' && trace.id === 'a');
    expect(startedTrace).toMatchObject({ state: { context: { total: 15 } } });
    await batches.return(undefined);
    await system.close();
  });
});

describe('a step', () => {
  /** The reports of states, one after the other. */
  async function steps(...sightings: ActorLifecycleEvent[]) {
    const batches = traceActors({
      subscribeToActors(listener) {
        listener(sightings);
        return () => {};
      },
    });
    return (await next(batches)).traces;
  }
  const startedEvent = {
    type: 'started',
    uid: '1',
    parent: null,
    id: 'x',
    src: null,
    systemId: null,
    chart: null,
  } as const;

  test('contains only the differences', async () => {
    const [, first, second, third] = await steps(
      { ...startedEvent, state: { value: { a: 'b' }, context: { kept: 1, lost: 2, grown: 3 } } },
      { type: 'transitioned', uid: '1', at: 5, state: { value: { a: 'b' }, context: { kept: 1, grown: 4 } } },
      { type: 'transitioned', uid: '1', at: 6, state: { value: 'c', context: { kept: 1, grown: 4 } } },
      {
        type: 'transitioned',
        uid: '1',
        at: 7,
        state: { value: 'c', status: 'done', output: 9, context: { kept: 1, grown: 4 } },
      },
    );
    expect(first).toEqual({ type: 'transitioned', uid: '1', at: 5, delta: { set: { grown: 4 }, unset: ['lost'] } });
    expect(second).toEqual({ type: 'transitioned', uid: '1', at: 6, delta: { value: 'c' } });
    expect(third).toEqual({ type: 'transitioned', uid: '1', at: 7, delta: { status: 'done', output: 9 } });
  });

  test('of an unknown actor is its whole state', async () => {
    const [machine, effect] = await steps(
      { type: 'transitioned', uid: '2', at: 5, state: { value: 'c', status: 'error', error: { code: 'X' } } },
      {
        type: 'transitioned',
        uid: '3',
        at: 5,
        state: { snapshot: { status: 'active', output: undefined, error: undefined } },
      },
    );
    expect(machine).toMatchObject({ delta: { value: 'c', status: 'error', set: {}, error: { code: 'X' } } });
    expect(effect).toMatchObject({ delta: { status: 'active', set: {} } });
  });

  test('of an effect shows its input and its result', async () => {
    const input = { path: 'a' } as unknown;
    const snapshot = { status: 'active', output: undefined, error: undefined, input } as const;
    const [started, done] = await steps(
      { ...startedEvent, state: { snapshot } },
      {
        type: 'transitioned',
        uid: '1',
        at: 1,
        state: { snapshot: { ...snapshot, status: 'done', output: 3 as never } },
      },
    );
    expect(started).toMatchObject({ state: { value: null, status: 'active', context: { path: 'a' } } });
    expect(done).toMatchObject({ delta: { status: 'done', output: 3 } });
  });
});
