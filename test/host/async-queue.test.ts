import { expect, test } from 'vitest';
import { createAsyncQueue } from '../../src/host/async-queue.ts';
import { TroupeError } from '../../src/model/errors.ts';

test('what is pushed while a value is read comes next, before the end', async () => {
  const queue = createAsyncQueue(new AbortController().signal);
  const read: unknown[] = [];
  queue.push(1);
  for await (const value of queue.read()) {
    read.push(value);
    if (value === 1) queue.push(2);
    else queue.end();
  }
  expect(read).toEqual([1, 2]);
});

test('a failure comes after what was pushed before it', async () => {
  const queue = createAsyncQueue(new AbortController().signal);
  const read: unknown[] = [];
  queue.push(1);
  queue.fail(new TroupeError('INTERNAL', 'broken'));
  const reading = (async () => {
    for await (const value of queue.read()) read.push(value);
  })();
  await expect(reading).rejects.toMatchObject({ code: 'INTERNAL' });
  expect(read).toEqual([1]);
});

test('an abort ends it before the next value', async () => {
  const stop = new AbortController();
  const queue = createAsyncQueue(stop.signal);
  const read: unknown[] = [];
  queue.push(1);
  queue.push(2);
  for await (const value of queue.read()) {
    read.push(value);
    stop.abort();
  }
  expect(read).toEqual([1]);
});
