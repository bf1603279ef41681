import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAnswerWatch } from '../../../src/adapters/queue/answer-watch.ts';
import type { QueueEngine } from '../../../src/adapters/queue/engine.ts';
import { createOpenPromise } from '../../../src/adapters/queue/open-promise.ts';
import { announceWorker } from '../../../src/adapters/queue/registry.ts';
import type { WorkerRecord } from '../../../src/adapters/queue/worker-record.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watch() {
  const messages: string[] = [];
  const answers = createAnswerWatch({
    afterMs: 100,
    onSilence: () => messages.push('silence'),
    onAnswer: () => messages.push('answer'),
  });
  return { messages, answers };
}

test('a server that answers in time is no news', async () => {
  const { messages, answers } = watch();
  for (const _ of [1, 2, 3]) await answers.ask(() => vi.advanceTimersByTimeAsync(99));
  await vi.advanceTimersByTimeAsync(1000);
  expect(messages).toEqual([]);
});

test('a question without an answer is a silence, once, and the next answer ends it', async () => {
  const { messages, answers } = watch();
  const { promise, resolve } = createOpenPromise<void>();
  const asked = answers.ask(() => promise);
  await vi.advanceTimersByTimeAsync(500);
  expect(messages).toEqual(['silence']);
  resolve();
  await asked;
  expect(messages).toEqual(['silence', 'answer']);
});

test('errors one after the other are a silence as well, from the first one on', async () => {
  const { messages, answers } = watch();
  const fail = () => answers.ask(() => Promise.reject(new Error('refused'))).catch(() => undefined);
  await fail();
  await vi.advanceTimersByTimeAsync(60);
  await fail();
  await vi.advanceTimersByTimeAsync(60);
  expect(messages).toEqual(['silence']);
  await answers.ask(async () => 1);
  expect(messages).toEqual(['silence', 'answer']);
  await fail();
  answers.close();
  await vi.advanceTimersByTimeAsync(1000);
  expect(messages).toHaveLength(2);
});

test('a worker says that its queue gives no answer, and that it answers again', async () => {
  const messages: string[] = [];
  let answer = createOpenPromise<void>();
  const job = { updateData: () => answer.promise, remove: async () => undefined };
  const engine = {
    where: 'redis://here',
    silence: () => 'the queue at redis://here gives no answer: connect ECONNREFUSED',
    queue: () => ({ add: async () => job }),
  } as unknown as QueueEngine;
  const record = { id: 'w', queue: 'work', leaseMs: 300 } as WorkerRecord;
  const announcement = await announceWorker(engine, record, line => messages.push(line));
  await vi.advanceTimersByTimeAsync(300);
  expect(messages).toEqual(['The worker tries again: the queue at redis://here gives no answer: connect ECONNREFUSED']);
  answer.resolve();
  answer = createOpenPromise<void>();
  answer.resolve();
  await vi.advanceTimersByTimeAsync(100);
  expect(messages.slice(1)).toEqual(['The queue at redis://here answers again']);
  await announcement.close();
});
