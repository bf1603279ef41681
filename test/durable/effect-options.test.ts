import { EventEmitter, once } from 'node:events';
import { expect, test } from 'vitest';
import { setup } from 'xstate';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import { effect, memoryStore, openDurable } from '../../src/durable.ts';

const refused: [options: object, message: RegExp][] = [
  [{ retries: 3 }, /no option "retries"; there are retry, timeoutMs, heartbeatMs, concurrency/],
  [{ retry: 3 }, /"retry" of an effect must be an object with attempts; it is 3/],
  [{ retry: {} }, /"retry" of an effect must be an object with attempts/],
  [{ retry: { attempts: 0 } }, /"retry\.attempts" of an effect must be a whole number from 1; it is 0/],
  [{ retry: { attempts: 1.5 } }, /"retry\.attempts"/],
  [{ retry: { attempts: 2, delayMs: -1 } }, /"retry\.delayMs" of an effect must be a number from 0/],
  [{ retry: { attempts: 2, nonRetriable: [] } }, /no option "retry\.nonRetriable"/],
  [{ retry: { attempts: 2, isRetriable: true } }, /"retry\.isRetriable" of an effect must be a function/],
  [{ timeoutMs: 0 }, /"timeoutMs" of an effect must be a number above 0/],
  [{ timeoutMs: Number.NaN }, /"timeoutMs"/],
  [{ heartbeatMs: '10' }, /"heartbeatMs"/],
  [{ concurrency: 0 }, /"concurrency" of an effect must be a whole number from 1, or Infinity; it is 0/],
];

test.each(refused)('[R261] An effect is refused with the options %j', (options, message) => {
  const create = () => effect(async () => 1, options as never);
  expect(create).toThrow(TypeError);
  expect(create).toThrow(message);
});

test('[R261] All options of an effect may be given together, and each may be undefined', () => {
  const isRetriable = () => true;
  const retry = { attempts: 2, delayMs: 0, factor: 1, delayMsMax: 5, isRetriable };
  const all = { retry, timeoutMs: 1, heartbeatMs: 1, concurrency: Number.POSITIVE_INFINITY };
  expect(typeof effect(async () => 1, all).transition).toBe('function');
  const none = { retry: undefined, timeoutMs: undefined } as object;
  expect(typeof effect(async () => 1, none).transition).toBe('function');
});

test('An effect without a function is refused', () => {
  expect(() => effect(42 as never)).toThrow('An effect needs a function that does its work.');
});

test('[R261] The error of an effect that takes too long names it', async () => {
  const clock = manualClock();
  const started = new EventEmitter();
  const runs = once(started, 'run');
  const charge = effect(
    () =>
      new Promise<never>(() => {
        started.emit('run');
      }),
    { timeoutMs: 100 },
  );
  const machine = setup({ actors: { charge } }).createMachine({
    initial: 'charging',
    states: { charging: { invoke: { src: 'charge' } } },
  });
  const machines = { order: machine };
  await using system = await openDurable({ store: memoryStore(), machines, clock });
  const order = await system.start('order', { id: '17' });
  await runs;
  const result = order.result();
  clock.advance(100);
  await expect(result).rejects.toThrow('The effect "charge" took longer than 100 ms.');
});
