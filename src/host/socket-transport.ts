/**
 * The client's end of a connection to an owner. Every request is answered or refused, or fails with an error when the
 * owner ends first: no caller waits forever.
 */
import { connect } from 'node:net';
import type { OutputIdentity } from '../model/checkout.ts';
import { TroupeError } from '../model/errors.ts';
import { type AsyncQueue, createAsyncQueue } from './async-queue.ts';
import { type Connection, createConnection, encodeMessage } from './connection.ts';
import type { Limits } from './limits.ts';
import { ownerLostError } from './owner-lost-error.ts';
import { type CloseReason, type HelloReply, OwnerMessage, protocolVersion } from './protocol.ts';
import { createTimeout } from './timeout.ts';
import type { Transport } from './transport.ts';

export interface OwnerConnection extends Transport {
  owner: Omit<HelloReply, 'type'>;
  /** How the owner closed; null when it did not say. */
  lost(): { closeReason: CloseReason | null } | null;
  close(): void;
}

/** @throws {TroupeError} VERSION_MISMATCH, OWNER_LOST when no owner answers there */
export function attach(
  path: string,
  { version, limits, outputs = [] }: { version: string; limits: Limits; outputs?: readonly OutputIdentity[] },
): Promise<OwnerConnection> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const helloTimer = createTimeout(limits.helloReplyMs, () => peer.destroy());
    const peer: Connection = createConnection({
      socket,
      schema: OwnerMessage,
      bytesMax: limits.responseBytes + 1024,
      stallMs: limits.stallMs,
      onMessage: receive,
      onProtocolError: error => peer.destroy(error),
      onClosed(error) {
        helloTimer.stop();
        reject(requests.closed(error));
      },
    });
    const requests = createPendingRequests(peer);
    helloTimer.start();
    const hello = { type: 'hello', protocol: protocolVersion, version, outputs };
    socket.once('connect', () => peer.send(encodeMessage(hello)));

    function receive(message: OwnerMessage): void {
      switch (message.type) {
        case 'hello_reply': {
          helloTimer.stop();
          const { type: _, ...owner } = message;
          const transport = createTransport(peer, requests, limits);
          resolve({ owner, ...transport, lost: requests.lost, close: () => peer.destroy() });
          break;
        }
        case 'rejected':
          peer.destroy(TroupeError.deserialize(message.error));
          break;
        case 'closing':
          requests.closing(message.reason);
          break;
        case 'item':
          requests.get(message.id)?.push(message.value);
          break;
        case 'answer':
          requests.take(message.id)?.end(message.value);
          break;
        case 'end':
          requests.take(message.id)?.end(undefined);
          break;
        case 'error':
          requests.take(message.id)?.fail(TroupeError.deserialize(message.error));
          break;
      }
    }
  });
}

/** Receives the results of one request. */
interface PendingRequest {
  push(value: unknown): void;
  end(value: unknown): void;
  fail(error: TroupeError): void;
}

interface PendingRequests {
  /** Sends a request and routes its results to `pending`. Returns how to cancel it. */
  send(request: object, pending: PendingRequest): { id: number; cancel(): void };
  get(id: number): PendingRequest | undefined;
  /** Returns the request, which ends with this. */
  take(id: number): PendingRequest | undefined;
  /** The owner closes: it starts nothing more, and answers what it had started. */
  closing(reason: CloseReason): void;
  /** The connection has ended: every request fails with the returned error. */
  closed(error: TroupeError | null): TroupeError;
  lost: OwnerConnection['lost'];
}

function createPendingRequests(peer: Connection): PendingRequests {
  const requests = new Map<number, PendingRequest>();
  let closeReason: CloseReason | null = null;
  let isClosed = false;
  let lastId = 0;
  const lost = () => (isClosed || closeReason !== null ? { closeReason } : null);
  /** Disconnects once the owner has said bye and answered what it had started. */
  const closeWhenAnswered = () => {
    if (closeReason !== null && requests.size === 0) setImmediate(() => peer.destroy());
  };
  return {
    send(request, pending) {
      if (lost() !== null) {
        pending.fail(ownerLostError(closeReason, { notStarted: true }));
        return { id: 0, cancel: () => {} };
      }
      const id = ++lastId;
      requests.set(id, pending);
      peer.send(encodeMessage({ type: 'call', id, request }));
      return { id, cancel: () => requests.has(id) && peer.send(encodeMessage({ type: 'cancel', id })) };
    },
    get: id => requests.get(id),
    take(id) {
      const pending = requests.get(id);
      requests.delete(id);
      closeWhenAnswered();
      return pending;
    },
    closing(reason) {
      closeReason = reason;
      closeWhenAnswered();
    },
    closed(error) {
      isClosed = true;
      const reason = error ?? ownerLostError(closeReason);
      for (const pending of requests.values()) pending.fail(reason);
      requests.clear();
      return reason;
    },
    lost,
  };
}

function createTransport(peer: Connection, requests: PendingRequests, { credit }: Limits): Transport {
  return {
    async call(request, signal) {
      let cancel = () => {};
      try {
        return await new Promise((answer, refuse) => {
          const sent = requests.send(request, { push: () => {}, end: answer, fail: refuse });
          cancel = sent.cancel;
          signal.addEventListener('abort', cancel, { once: true });
          if (signal.aborted) cancel();
        });
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    },
    async *stream(request, signal) {
      const values: AsyncQueue = createAsyncQueue(signal);
      const { id, cancel } = requests.send(request, values);
      try {
        let received = 0;
        for await (const value of values.read()) {
          yield value;
          received += 1;
          // When half of the credit is used, grant as much again. A connection that has ended ignores it.
          if (received < credit / 2) continue;
          peer.send(encodeMessage({ type: 'credit', id, count: received }));
          received = 0;
        }
      } finally {
        cancel();
        requests.take(id);
      }
    },
  };
}
