/**
 * Messages in order, over a queue of the engine: they survive a restart of either side. What is sent while another send is under way
 * travels together. A message may arrive twice.
 */
import type { Queue, Worker } from 'bullmq';
import { retryUntilReached } from './connection-error.ts';
import type { QueueEngine } from './engine.ts';

export interface Sender<Message> {
  send(message: Message): void;
  /** Resolves when all that was sent is in the queue. */
  flush(): Promise<void>;
}

const retryMs = 500;

export function createSender<Message>(queue: Queue): Sender<Message> {
  let waiting: Message[] = [];
  let sending: Promise<void> | null = null;
  const sendAll = async () => {
    try {
      while (waiting.length > 0) {
        const messages = waiting;
        waiting = [];
        await addUntilStored(queue, messages);
      }
    } finally {
      sending = null;
    }
  };
  return {
    send(message) {
      waiting.push(message);
      sending ??= Promise.resolve().then(sendAll);
      // `flush` rejects with it.
      sending.catch(() => undefined);
    },
    flush: async () => {
      await sending;
    },
  };
}

export interface Senders<Message> {
  /** The one sender to the inbox of that name. */
  to(inbox: string): Sender<Message>;
  /** Resolves when all that was sent is in the queues. */
  flush(): Promise<void>;
}

export function createSenders<Message>(engine: QueueEngine): Senders<Message> {
  const senders = new Map<string, Sender<Message>>();
  return {
    to(inbox) {
      const sender = senders.get(inbox) ?? createSender<Message>(engine.queue(inbox));
      senders.set(inbox, sender);
      return sender;
    },
    async flush() {
      await Promise.all([...senders.values()].map(sender => sender.flush()));
    },
  };
}

async function addUntilStored(queue: Queue, messages: readonly unknown[]): Promise<void> {
  const isOpen = () => queue.closing === undefined;
  try {
    const add = () => queue.add('messages', messages, { removeOnComplete: true, removeOnFail: true });
    await retryUntilReached(add, { pauseMs: retryMs, again: isOpen });
  } catch (error) {
    if (isOpen()) throw error;
  }
}

/** Receives messages one batch after the other; `receive` must not wait for anything. */
export function openInbox<Message>(engine: QueueEngine, name: string, receive: (message: Message) => void): Worker {
  return engine.worker(
    name,
    async job => {
      for (const message of job.data as Message[]) receive(message);
    },
    { concurrency: 1, maxStalledCount: 1_000, removeOnComplete: { count: 0 }, removeOnFail: { count: 0 } },
  );
}
