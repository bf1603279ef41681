/**
 * The owner's side of one client, from its hello to its end. The first message is a hello of the same version; until
 * then no other message is accepted. Its running calls and streams end with it.
 */

import type { Socket } from 'node:net';
import type { OutputIdentity } from '../model/checkout.ts';
import type { TroupeError } from '../model/errors.ts';
import type { Troupe } from '../runtime/api.ts';
import { type Connection, createConnection, encodeMessage } from './connection.ts';
import type { Limits } from './limits.ts';
import { protocolError } from './ndjson.ts';
import {
  ClientMessage,
  type CloseReason,
  type HelloReply,
  type OwnerMessage,
  versionMismatchError,
} from './protocol.ts';
import type { ResponseEncoder } from './response-encoder.ts';
import { createSessionCalls } from './session-calls.ts';
import { createTimeout } from './timeout.ts';

export interface ClientSession {
  /** Rejects requests that the next owner can answer, waits for running commands, then ends. */
  close(reason: CloseReason): void;
}

export interface SessionOptions {
  socket: Socket;
  troupe: Troupe;
  welcome: Omit<HelloReply, 'type'> & { version: string };
  limits: Limits;
  encoder: ResponseEncoder;
  /** The client sent hello and was accepted. */
  onOpened(outputs: readonly OutputIdentity[]): void;
  /** The client sent a command that may start a plan. */
  onCommand(): void;
  onEnded(): void;
}

export function openClientSession(options: SessionOptions): ClientSession {
  const { socket, troupe, welcome, limits, encoder } = options;
  let isOpen = false;
  const helloTimer = createTimeout(limits.helloMs, () => reject(protocolError('The other end did not say hello')));
  /** First for running commands, then for the client to disconnect. */
  let closeTimer: NodeJS.Timeout | undefined;

  const peer: Connection = createConnection({
    socket,
    schema: ClientMessage,
    bytesMax: limits.requestBytes,
    stallMs: limits.stallMs,
    onMessage: message => (isOpen ? calls.receive(message) : handshake(message)),
    onProtocolError: reject,
    onClosed() {
      helloTimer.stop();
      clearTimeout(closeTimer);
      calls.cancelAll();
      options.onEnded();
    },
  });
  helloTimer.start();
  const send = (message: OwnerMessage) => peer.send(encodeMessage(message));
  const calls = createSessionCalls({
    ...{ troupe, limits, encoder, send, sendEncoded: peer.send },
    onCommand: options.onCommand,
    onAllEnded: closeWhenDrained,
  });

  function reject(error: TroupeError): void {
    send({ type: 'rejected', error: error.toJSON() });
    peer.end();
  }

  function handshake(message: ClientMessage): void {
    if (message.type !== 'hello') throw protocolError('A message was sent before hello');
    helloTimer.stop();
    const { version, ...identity } = welcome;
    const mismatch = versionMismatchError({ version, pid: welcome.pid }, message);
    if (mismatch !== null) {
      reject(mismatch);
      return;
    }
    isOpen = true;
    send({ type: 'hello_reply', ...identity });
    options.onOpened(message.outputs ?? []);
  }

  /** All answers are sent. The client disconnects first, so that no request of its is lost silently. */
  function closeWhenDrained(): void {
    clearTimeout(closeTimer);
    closeTimer = setTimeout(() => peer.end(), limits.drainMs);
  }

  return {
    close(reason) {
      helloTimer.stop();
      if (!isOpen) {
        peer.end();
        return;
      }
      send({ type: 'closing', reason });
      closeTimer = setTimeout(() => peer.end(), limits.closeMs);
      calls.close(reason);
    },
  };
}
