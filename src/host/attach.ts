/**
 * The client's end of a connection to an owner. What it asks is answered, refused, or, when the owner ends first, lost
 * by a fault that says so: nobody who waits here waits for ever.
 */
import { connect } from 'node:net';
import type { OutputIdentity } from '../model/checkout.ts';
import { Fault } from '../model/fault.ts';
import { type Connection, connection, lineOf } from './connection.ts';
import type { Limits } from './limits.ts';
import type { Line } from './line.ts';
import { ownerLost } from './owner-lost.ts';
import { patience } from './patience.ts';
import { type Farewell, OwnerMessage, protocolVersion, type Welcome } from './protocol.ts';
import { type Queue, queue } from './queue.ts';

export interface Attachment extends Line {
  owner: Omit<Welcome, 'type'>;
  /** How the owner left, once it has; null when it said nothing. */
  lost(): { farewell: Farewell | null } | null;
  close(): void;
}

interface Waiting {
  take(value: unknown): void;
  end(value: unknown): void;
  fail(fault: Fault): void;
}

/** @throws {Fault} VERSION_MISMATCH, OWNER_LOST when nobody answers there */
export function attach(
  path: string,
  { version, limits, outputs = [] }: { version: string; limits: Limits; outputs?: readonly OutputIdentity[] },
): Promise<Attachment> {
  const waiting = new Map<number, Waiting>();
  let farewell: Farewell | null = null;
  let over = false;
  let lastId = 0;

  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const unheard = patience(limits.welcomeMs, () => peer.destroy());
    const peer: Connection = connection({
      socket,
      schema: OwnerMessage,
      bytesMax: limits.answerBytes + 1024,
      stallMs: limits.stallMs,
      receive,
      broke: fault => peer.destroy(fault),
      ended(fault) {
        unheard.stop();
        over = true;
        const lost = fault ?? ownerLost(farewell);
        for (const one of waiting.values()) one.fail(lost);
        waiting.clear();
        reject(lost);
      },
    });
    unheard.start();
    const hello = { type: 'hello', protocol: protocolVersion, version, outputs };
    socket.once('connect', () => peer.send(lineOf(hello)));

    function receive(message: OwnerMessage): void {
      switch (message.type) {
        case 'welcome': {
          unheard.stop();
          const { type: _, ...owner } = message;
          resolve({
            owner,
            ask,
            follow,
            lost: () => (over || farewell !== null ? { farewell } : null),
            close: () => peer.destroy(),
          });
          break;
        }
        case 'refused':
          peer.destroy(Fault.revive(message.fault));
          break;
        case 'bye':
          farewell = message.reason;
          leave();
          break;
        case 'item':
          waiting.get(message.id)?.take(message.value);
          break;
        case 'answer':
          ended(message.id)?.end(message.value);
          break;
        case 'end':
          ended(message.id)?.end(undefined);
          break;
        case 'fault':
          ended(message.id)?.fail(Fault.revive(message.fault));
          break;
      }
    }

    function ended(id: number): Waiting | undefined {
      const one = waiting.get(id);
      waiting.delete(id);
      leave();
      return one;
    }

    /** Hangs up once the owner has said goodbye and answered what it had begun. */
    function leave(): void {
      if (farewell !== null && waiting.size === 0) setImmediate(() => peer.destroy());
    }

    /** Puts a request; what comes of it goes to `one`. Returns how to take it back. */
    function put(request: object, one: Waiting): { id: number; cancel(): void } {
      if (over || farewell !== null) {
        one.fail(ownerLost(farewell, { untouched: true }));
        return { id: 0, cancel: () => {} };
      }
      const id = ++lastId;
      waiting.set(id, one);
      peer.send(lineOf({ type: 'call', id, request }));
      return { id, cancel: () => waiting.has(id) && peer.send(lineOf({ type: 'cancel', id })) };
    }

    const ask: Line['ask'] = async (request, signal) => {
      let cancel = () => {};
      try {
        return await new Promise((answer, refuse) => {
          const put_ = put(request, { take: () => {}, end: answer, fail: refuse });
          cancel = put_.cancel;
          signal.addEventListener('abort', cancel, { once: true });
          if (signal.aborted) cancel();
        });
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    };

    const follow: Line['follow'] = async function* (request, signal) {
      const values: Queue = queue(signal);
      const { id, cancel } = put(request, values);
      try {
        let taken = 0;
        for await (const value of values.read()) {
          yield value;
          taken += 1;
          // Half of what may be under way was taken: ask for as much more.
          if (taken < limits.credit / 2 || over) continue;
          peer.send(lineOf({ type: 'credit', id, count: taken }));
          taken = 0;
        }
      } finally {
        cancel();
        ended(id);
      }
    };
  });
}
