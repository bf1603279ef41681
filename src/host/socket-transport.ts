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

interface PendingCall {
  push(value: unknown): void;
  end(value: unknown): void;
  fail(error: TroupeError): void;
}

/** @throws {TroupeError} VERSION_MISMATCH, OWNER_LOST when no owner answers there */
export function attach(
  path: string,
  { version, limits, outputs = [] }: { version: string; limits: Limits; outputs?: readonly OutputIdentity[] },
): Promise<OwnerConnection> {
  const pending = new Map<number, PendingCall>();
  let closeReason: CloseReason | null = null;
  let closed = false;
  let lastId = 0;

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
        closed = true;
        const lost = error ?? ownerLostError(closeReason);
        for (const one of pending.values()) one.fail(lost);
        pending.clear();
        reject(lost);
      },
    });
    helloTimer.start();
    const hello = { type: 'hello', protocol: protocolVersion, version, outputs };
    socket.once('connect', () => peer.send(encodeMessage(hello)));

    function receive(message: OwnerMessage): void {
      switch (message.type) {
        case 'hello_reply': {
          helloTimer.stop();
          const { type: _, ...owner } = message;
          resolve({
            owner,
            call,
            stream,
            lost: () => (closed || closeReason !== null ? { closeReason } : null),
            close: () => peer.destroy(),
          });
          break;
        }
        case 'rejected':
          peer.destroy(TroupeError.deserialize(message.error));
          break;
        case 'closing':
          closeReason = message.reason;
          closeWhenAnswered();
          break;
        case 'item':
          pending.get(message.id)?.push(message.value);
          break;
        case 'answer':
          ended(message.id)?.end(message.value);
          break;
        case 'end':
          ended(message.id)?.end(undefined);
          break;
        case 'error':
          ended(message.id)?.fail(TroupeError.deserialize(message.error));
          break;
      }
    }

    function ended(id: number): PendingCall | undefined {
      const one = pending.get(id);
      pending.delete(id);
      closeWhenAnswered();
      return one;
    }

    /** Disconnects once the owner has said bye and answered what it had started. */
    function closeWhenAnswered(): void {
      if (closeReason !== null && pending.size === 0) setImmediate(() => peer.destroy());
    }

    /** Sends a request and routes its results to `one`. Returns how to cancel it. */
    function sendRequest(request: object, one: PendingCall): { id: number; cancel(): void } {
      if (closed || closeReason !== null) {
        one.fail(ownerLostError(closeReason, { notStarted: true }));
        return { id: 0, cancel: () => {} };
      }
      const id = ++lastId;
      pending.set(id, one);
      peer.send(encodeMessage({ type: 'call', id, request }));
      return { id, cancel: () => pending.has(id) && peer.send(encodeMessage({ type: 'cancel', id })) };
    }

    const call: Transport['call'] = async (request, signal) => {
      let cancel = () => {};
      try {
        return await new Promise((answer, refuse) => {
          const sent = sendRequest(request, { push: () => {}, end: answer, fail: refuse });
          cancel = sent.cancel;
          signal.addEventListener('abort', cancel, { once: true });
          if (signal.aborted) cancel();
        });
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    };

    const stream: Transport['stream'] = async function* (request, signal) {
      const values: AsyncQueue = createAsyncQueue(signal);
      const { id, cancel } = sendRequest(request, values);
      try {
        let received = 0;
        for await (const value of values.read()) {
          yield value;
          received += 1;
          // When half of the credit is used, grant as much again.
          if (received < limits.credit / 2 || closed) continue;
          peer.send(encodeMessage({ type: 'credit', id, count: received }));
          received = 0;
        }
      } finally {
        cancel();
        ended(id);
      }
    };
  });
}
