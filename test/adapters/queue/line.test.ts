import type { Queue } from 'bullmq';
import { expect, test } from 'vitest';
import { isQueueConnectionError } from '../../../src/adapters/queue/connection-error.ts';
import { createSender } from '../../../src/adapters/queue/line.ts';

/** A queue whose `add` ends as each of `outcomes` says, and then succeeds. */
function queueOf(outcomes: unknown[], closing?: Promise<void>) {
  const stored: unknown[] = [];
  const add = async (_: string, messages: unknown) => {
    const error = outcomes.shift();
    if (error !== undefined) throw error;
    stored.push(messages);
  };
  return { stored, queue: { add, closing } as unknown as Queue };
}

test('messages sent at once travel together, and later ones after them', async () => {
  const { queue, stored } = queueOf([]);
  const sender = createSender<string>(queue);
  await sender.flush();
  sender.send('a');
  sender.send('b');
  await sender.flush();
  sender.send('c');
  await sender.flush();
  expect(stored).toEqual([['a', 'b'], ['c']]);
});

test('a message is stored once the server can be reached again', async () => {
  const { queue, stored } = queueOf([Object.assign(new Error(''), { code: 'ECONNREFUSED' })]);
  const sender = createSender<string>(queue);
  sender.send('a');
  await sender.flush();
  expect(stored).toEqual([['a']]);
});

test('a message is given up when its queue is closed', async () => {
  const { queue, stored } = queueOf([new Error('Connection is closed')], Promise.resolve());
  const sender = createSender<string>(queue);
  sender.send('a');
  await sender.flush();
  expect(stored).toEqual([]);
});

test('an error that is none of the connection is not hidden by another try', async () => {
  const { queue } = queueOf([new Error('OOM command not allowed')]);
  const sender = createSender<string>(queue);
  sender.send('a');
  await expect(sender.flush()).rejects.toThrow('OOM');
});

test.each([
  ['a refused connection', { code: 'ECONNREFUSED' }, true],
  ['a server of PostgreSQL that shuts down', { code: '57P01' }, true],
  ['a socket whose server is not back yet', { code: 'ENOENT', syscall: 'connect' }, true],
  ['a closed connection', new Error('Connection is closed.'), true],
  ['an error of a script', new Error('ERR unknown command'), false],
  ['nothing', undefined, false],
])('says whether %s is an error of the connection', (_, error, isOne) => {
  expect(isQueueConnectionError(error)).toBe(isOne);
});
