/** What stopping, resuming and discarding do to an instance that runs, sleeps, failed or has ended. */
import { beforeEach, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import { memoryStore, openDurable } from '../../src/durable.ts';

const fail = () => {
  throw new Error('broken');
};

const order = createMachine({
  id: 'order',
  initial: 'open',
  states: { open: { on: { CLOSE: 'closed', FAIL: { actions: fail } } }, closed: { type: 'final' } },
});

const open = () => openDurable({ store: memoryStore(), machines: { order }, clock: manualClock(1_000) });
let system: Awaited<ReturnType<typeof open>>;

beforeEach(async () => {
  system = await open();
  return () => system.close();
});

const start = async (event?: 'CLOSE' | 'FAIL') => {
  const instance = await system.start('order', { id: '1' });
  if (event !== undefined) await instance.send({ type: event }).catch(() => undefined);
  const status = { CLOSE: 'done', FAIL: 'quarantined', none: 'running' } as const;
  await expect.poll(() => system.list({ status: status[event ?? 'none'] })).toHaveLength(1);
  return instance;
};

test('one that runs is resumed without effect, not discarded, and stopped once', async () => {
  const instance = await start();
  await instance.resume();
  await expect(instance.discard()).rejects.toMatchObject({ code: 'USAGE' });
  expect(await instance.query(({ value }) => value)).toBe('open');
  await instance.stop();
  await instance.stop();
  await expect(instance.resume()).rejects.toMatchObject({ code: 'INSTANCE_ENDED' });
  await expect(instance.discard()).rejects.toMatchObject({ code: 'INSTANCE_ENDED' });
});

test('one that is done stays so', async () => {
  const instance = await start('CLOSE');
  await instance.stop();
  await expect(instance.resume()).rejects.toMatchObject({ code: 'INSTANCE_ENDED' });
  await expect(instance.discard()).rejects.toMatchObject({ code: 'INSTANCE_ENDED' });
  expect(await system.list({ status: 'done' })).toHaveLength(1);
});

test('one that failed is not stopped but discarded, and then unknown', async () => {
  const instance = await start('FAIL');
  await expect(instance.stop()).rejects.toMatchObject({ code: 'INSTANCE_FAILED' });
  await instance.discard();
  for (const act of [() => instance.stop(), () => instance.resume(), () => instance.discard()]) {
    await expect(act()).rejects.toMatchObject({ code: 'UNKNOWN_ACTOR' });
  }
});
