/**
 * The owner's side of one client. Owns its running calls and streams; they end with it.
 *
 * 1. The first message is a hello of the same version; until then no other message is accepted.
 * 2. A stream sends only as much as it has credit for. A stream without credit for some time is closed, so that
 *    events for it are not kept forever; its client resumes it later.
 */

import type { Socket } from 'node:net';
import type { OutputIdentity } from '../model/checkout.ts';
import { commandHint } from '../model/command-hint.ts';
import { TroupeError } from '../model/errors.ts';
import type { Troupe } from '../runtime/api.ts';
import { type Connection, createConnection, encodeMessage } from './connection.ts';
import type { Limits } from './limits.ts';
import { protocolError } from './ndjson.ts';
import { ownerLostError } from './owner-lost-error.ts';
import {
  ClientMessage,
  type CloseReason,
  type HelloReply,
  type OwnerMessage,
  type RpcRequest,
  versionMismatchError,
} from './protocol.ts';
import type { ResponseEncoder } from './response-encoder.ts';
import { type DispatchResult, dispatch } from './rpc-dispatch.ts';
import { findMethod, type Method } from './rpc-methods.ts';
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

interface Call {
  method: Method | undefined;
  abort: AbortController;
  credit: number;
  /** Credit arrived, or the call ended. */
  resume(): void;
}

export function session({ socket, troupe, welcome, limits, encoder, ...options }: SessionOptions): ClientSession {
  const calls = new Map<number, Call>();
  let isOpen = false;
  let closeReason: CloseReason | null = null;
  const helloTimer = createTimeout(limits.helloMs, () => reject(protocolError('The other end did not say hello')));
  /** First for running commands, then for the client to disconnect. */
  let closeTimer: NodeJS.Timeout | undefined;

  const peer: Connection = createConnection({
    socket,
    schema: ClientMessage,
    bytesMax: limits.requestBytes,
    stallMs: limits.stallMs,
    onMessage: receive,
    onProtocolError: reject,
    onClosed() {
      helloTimer.stop();
      clearTimeout(closeTimer);
      for (const { abort, resume } of calls.values()) {
        abort.abort();
        resume();
      }
      options.onEnded();
    },
  });
  helloTimer.start();
  const send = (message: OwnerMessage) => peer.send(encodeMessage(message));

  function reject(error: TroupeError): void {
    send({ type: 'rejected', error: error.toJSON() });
    peer.end();
  }

  function receive(message: ClientMessage): void {
    if (!isOpen) {
      handshake(message);
      return;
    }
    switch (message.type) {
      case 'hello':
        throw protocolError('Hello was sent twice');
      case 'call':
        if (calls.has(message.id) || calls.size >= limits.calls) throw protocolError('Too many concurrent requests');
        if (closeReason === null) void handleCall(message.id, message.request);
        else send({ type: 'error', id: message.id, error: ownerLostError(closeReason, { notStarted: true }).toJSON() });
        break;
      case 'credit': {
        const call = calls.get(message.id);
        if (call === undefined) break;
        call.credit += message.count;
        call.resume();
        break;
      }
      case 'cancel': {
        const call = calls.get(message.id);
        call?.abort.abort();
        call?.resume();
        break;
      }
    }
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

  async function handleCall(id: number, request: RpcRequest): Promise<void> {
    const method = findMethod(request.to, request.method);
    const call: Call = { method, abort: new AbortController(), credit: limits.credit, resume: () => {} };
    calls.set(id, call);
    if (isCommand(call)) options.onCommand();
    try {
      const result = await dispatch(troupe, request, call.abort.signal);
      if (result.kind === 'stream') await streamTo(id, call, result);
      else if (calls.get(id) === call) peer.send(encodeMessage({ type: 'answer', id }, encoder.encode(result.value)));
    } catch (thrown) {
      if (calls.get(id) === call) send({ type: 'error', id, error: TroupeError.serialize(thrown) });
    } finally {
      if (calls.get(id) === call) calls.delete(id);
      if (closeReason !== null && calls.size === 0) closeWhenDrained();
    }
  }

  /** All answers are sent. The client disconnects first, so that no request of its is lost silently. */
  function closeWhenDrained(): void {
    clearTimeout(closeTimer);
    closeTimer = setTimeout(() => peer.end(), limits.drainMs);
  }

  async function streamTo(
    id: number,
    call: Call,
    { values }: Extract<DispatchResult, { kind: 'stream' }>,
  ): Promise<void> {
    for await (const value of values) {
      if (calls.get(id) !== call) return;
      if (call.credit === 0 && !call.abort.signal.aborted) await waitForCredit(call, limits.idleStreamMs);
      if (call.abort.signal.aborted) break;
      call.credit -= 1;
      peer.send(encodeMessage({ type: 'item', id }, encoder.encodeOnce(value)));
    }
    if (calls.get(id) === call) send({ type: 'end', id });
  }

  return {
    close(reason) {
      closeReason = reason;
      helloTimer.stop();
      if (!isOpen) {
        peer.end();
        return;
      }
      send({ type: 'closing', reason });
      closeTimer = setTimeout(() => peer.end(), limits.closeMs);
      for (const [id, call] of calls) {
        if (isCommand(call)) continue;
        calls.delete(id);
        send({ type: 'error', id, error: ownerLostError(reason).toJSON() });
        call.abort.abort();
        call.resume();
      }
      if (calls.size === 0) closeWhenDrained();
    },
  };
}

/** Returns whether a call changes something once it has started, so that it must complete. */
function isCommand({ method }: Call): boolean {
  return method !== undefined && method.kind !== 'stream' && !method.idempotent;
}

/** @throws {TroupeError} OWNER_LOST when the client does not read for that long: it resumes the stream later */
async function waitForCredit(call: Call, idleMs: number): Promise<void> {
  const timer = setTimeout(() => call.resume(), idleMs);
  await new Promise<void>(resolve => {
    call.resume = resolve;
  });
  clearTimeout(timer);
  if (call.credit > 0 || call.abort.signal.aborted) return;
  throw new TroupeError('OWNER_LOST', 'Stream closed: the client stopped reading', {
    where: 'the owner of the store',
    hints: [commandHint('plan status')],
  });
}
