/** Traces, metrics and the state of a system of instances. */
import { context, metrics, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { describe, expect, test } from 'vitest';
import { raise, setup } from 'xstate';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import { createTelemetry } from '../../src/durable/instances/telemetry.ts';
import { effect, openDurable } from '../../src/durable.ts';
import { TroupeError } from '../../src/model/errors.ts';
import { crashableStore } from './shop-machine.ts';

const order = setup({
  types: {} as { events: { type: 'PAY' | 'BREAK' | 'LATER' } },
  actors: { charge: effect<undefined, void>(async () => {}) },
  actions: {
    break: () => {
      throw new Error('broken');
    },
  },
}).createMachine({
  id: 'order',
  initial: 'cart',
  on: { BREAK: { actions: 'break' }, LATER: { actions: raise({ type: 'PAY' }, { delay: 60_000 }) } },
  states: { cart: { on: { PAY: 'paying' } }, paying: { invoke: { src: 'charge', onDone: 'paid' } }, paid: {} },
});

async function world(options: object = {}) {
  const rows = crashableStore();
  const clock = manualClock(1_000);
  const store = await rows.open();
  const system = await openDurable({ store, machines: { order }, clock, sleepAfterMs: 1_000, ...options });
  return { rows, clock, system };
}

/** The API with providers of its own, as an application has it. */
function instrumented() {
  const spans = new InMemorySpanExporter();
  const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 31 - 1 });
  const meters = new MeterProvider({ readers: [reader] });
  const openTelemetry = {
    context,
    trace: { ...trace, getTracer: (name: string) => tracers.getTracer(name) },
    metrics: { ...metrics, getMeter: (name: string) => meters.getMeter(name) },
  };
  const points = async () => {
    await reader.forceFlush();
    const found =
      exporter
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap(scope => scope.metrics) ?? [];
    return new Map(found.map(({ descriptor, dataPoints }) => [descriptor.name, { descriptor, dataPoints }]));
  };
  return { openTelemetry, spans: () => spans.getFinishedSpans(), points, end: () => meters.shutdown() };
}

describe('[R265] an OpenTelemetry API', () => {
  test('gets a span for each operation on an instance and each attempt at an effect', async () => {
    const { openTelemetry, spans, end } = instrumented();
    const { system, clock } = await world({ openTelemetry });
    const one = await system.start('order', { id: '1' });
    await one.command('k', { type: 'PAY' });
    await one.waitFor(state => state.matches('paid'));
    clock.advance(1_000);
    await expect(one.send({ type: 'BREAK' })).rejects.toThrow('broken');
    await system.close();
    const found = spans().map(({ name, attributes, status }) => ({ name, attributes, status: status.code }));
    expect(found.map(({ name }) => name).sort()).toEqual(
      ['command order', 'effect order', 'send order', 'start order', 'wake order'].sort(),
    );
    const of = (name: string) => found.find(span => span.name === name);
    expect(of('command order')).toMatchObject({
      status: 0,
      attributes: {
        'troupe.machine': 'order',
        'troupe.instance.id': '1',
        'troupe.event.type': 'PAY',
        'troupe.command.key': 'k',
      },
    });
    expect(of('effect order')?.attributes).toMatchObject({ 'troupe.effect.name': 'charge' });
    expect(of('send order')).toMatchObject({ status: 2, attributes: { 'error.type': 'INSTANCE_FAILED' } });
    expect(spans().find(({ name }) => name === 'send order')?.events).toMatchObject([{ name: 'exception' }]);
    await end();
  });

  test.each([
    ['an error', new RangeError('too much'), 'RangeError', 'too much'],
    ['an error of ours', new TroupeError('SYSTEM_CLOSED', 'closed'), 'SYSTEM_CLOSED', 'closed'],
    ['a text', 'no', '_OTHER', 'no'],
    ['nothing', undefined, '_OTHER', 'undefined'],
  ])('gets %s that is thrown, and its type', async (_, thrown, type, message) => {
    const { openTelemetry, spans, end } = instrumented();
    const { system } = await world();
    const { measure } = createTelemetry(openTelemetry, () => system.health());
    const name = { machine: 'order', id: '1' };
    await expect(measure('send', name, () => Promise.reject(thrown))).rejects.toBe(thrown);
    expect(spans()).toMatchObject([
      {
        attributes: { 'error.type': type },
        status: { code: 2, message },
        events: [{ attributes: { 'exception.message': message } }],
      },
    ]);
    await end();
    await system.close();
  });

  test('gets durations, the size of the batches, and the numbers of instances', async () => {
    const { openTelemetry, points, end } = instrumented();
    const { system, clock } = await world({ openTelemetry });
    await (await system.start('order', { id: '1' })).send({ type: 'LATER' });
    clock.advance(1_000);
    await system.start('order', { id: '2' });
    const found = await points();
    expect([...found.keys()].sort()).toEqual([
      'troupe.batch.duration',
      'troupe.batch.lag',
      'troupe.batch.size',
      'troupe.instance.count',
      'troupe.operation.duration',
      'troupe.timer.lag',
    ]);
    const counts = found
      .get('troupe.instance.count')
      ?.dataPoints.map(({ attributes, value }) => [attributes['troupe.instance.state'], value]);
    expect(Object.fromEntries(counts ?? [])).toEqual({ awake: 1, asleep: 1, quarantined: 0, done: 0, stopped: 0 });
    expect(found.get('troupe.operation.duration')?.descriptor.unit).toBe('s');
    expect(found.get('troupe.operation.duration')?.dataPoints.map(({ attributes }) => attributes)).toContainEqual({
      'troupe.operation': 'send',
      'troupe.machine': 'order',
    });
    await system.close();
    await end();
  });
});

describe('[R266] health', () => {
  test('tells the store and its owner, the instances, what waits and the next timer', async () => {
    const { system, clock } = await world();
    await (await system.start('order', { id: '1' })).send({ type: 'LATER' });
    await system.start('order', { id: '2' });
    expect(system.health()).toMatchObject({
      status: 'open',
      store: { id: expect.any(String) },
      commits: { waiting: 0, waitingMs: 0 },
      instances: { awake: 2, asleep: 0 },
      timers: { nextDue: 61_000, lateMs: 0 },
      schedules: [],
    });
    clock.advance(1_000);
    await expect.poll(() => system.health().timers).toEqual({ nextDue: 61_000, lateMs: 0 });
    expect(system.health().instances).toMatchObject({ awake: 0, asleep: 2 });
    await system.close();
    expect(system.health().status).toBe('closed');
  });

  test('says why the store failed, and what waits while it does not answer', async () => {
    const rows = crashableStore();
    const inner = await rows.open();
    let fail: ((error: Error) => void) | undefined;
    let isStuck = false;
    const batch: typeof inner.batch = operations =>
      isStuck
        ? new Promise((_, reject) => {
            fail = reject;
          })
        : inner.batch(operations);
    const system = await openDurable({
      store: { ...inner, kind: 'test', owner: { process: '1', epoch: '7' }, batch },
      machines: { order },
      clock: manualClock(1_000),
    });
    expect(system.health().store).toMatchObject({ kind: 'test', owner: { process: '1', epoch: '7' } });
    isStuck = true;
    const starting = system.start('order', { id: '1' }).catch(String);
    await expect.poll(() => fail).toBeDefined();
    expect(system.health().commits.waiting).toBe(1);
    await expect.poll(() => system.health().commits.waitingMs).toBeGreaterThan(0);
    fail?.(new Error('the disk is gone'));
    expect(await starting).toContain('the disk is gone');
    expect(system.health()).toMatchObject({ status: 'failed', error: { message: 'the disk is gone' } });
    await system.close();
  });
});
