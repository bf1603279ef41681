/**
 * The running calls and streams of one client. A stream sends only as much as it has credit for; one without credit
 * for some time is closed, so that events for it are not kept forever. Its client resumes it later.
 */
import { commandHint } from '../model/command-hint.ts';
import { TroupeError } from '../model/errors.ts';
import type { Troupe } from '../runtime/api.ts';
import { encodeMessage } from './connection.ts';
import type { Limits } from './limits.ts';
import { protocolError } from './ndjson.ts';
import { ownerLostError } from './owner-lost-error.ts';
import type { ClientMessage, CloseReason, OwnerMessage, RpcRequest } from './protocol.ts';
import type { ResponseEncoder } from './response-encoder.ts';
import { type DispatchResult, dispatch } from './rpc-dispatch.ts';
import { findMethod, type Method } from './rpc-methods.ts';

export interface SessionCalls {
  /** Starts a call, gives a stream more credit, or cancels one. */
  receive(message: ClientMessage): void;
  cancelAll(): void;
  /** Starts no further call and rejects what the next owner can answer. Running commands continue. */
  close(reason: CloseReason): void;
}

export interface SessionCallOptions {
  troupe: Troupe;
  limits: Pick<Limits, 'calls' | 'credit' | 'idleStreamMs'>;
  encoder: ResponseEncoder;
  send(message: OwnerMessage): void;
  /** Sends an encoded message; see `encodeMessage`. */
  sendEncoded(line: string): void;
  /** A command that may start a plan begins. */
  onCommand(): void;
  /** After `close`: every call has ended. */
  onAllEnded(): void;
}

interface Call {
  method: Method | undefined;
  abort: AbortController;
  credit: number;
  /** Credit arrived, or the call ended. */
  resume(): void;
}

export function createSessionCalls(options: SessionCallOptions): SessionCalls {
  const { troupe, limits, encoder, send, sendEncoded } = options;
  const calls = new Map<number, Call>();
  let closeReason: CloseReason | null = null;
  const stop = (call: Call | undefined) => {
    call?.abort.abort();
    call?.resume();
  };
  const streamTo = async (id: number, call: Call, { values }: Extract<DispatchResult, { kind: 'stream' }>) => {
    for await (const value of values) {
      if (calls.get(id) !== call) return;
      if (call.credit === 0 && !call.abort.signal.aborted) await waitForCredit(call, limits.idleStreamMs);
      if (call.abort.signal.aborted) break;
      call.credit -= 1;
      sendEncoded(encodeMessage({ type: 'item', id }, encoder.encodeOnce(value)));
    }
    if (calls.get(id) === call) send({ type: 'end', id });
  };
  const run = async (id: number, request: RpcRequest) => {
    const method = findMethod(request.to, request.method);
    const call: Call = { method, abort: new AbortController(), credit: limits.credit, resume: () => {} };
    calls.set(id, call);
    if (isCommand(call)) options.onCommand();
    try {
      const result = await dispatch(troupe, request, call.abort.signal);
      if (result.kind === 'stream') await streamTo(id, call, result);
      else if (calls.get(id) === call) {
        sendEncoded(encodeMessage({ type: 'answer', id }, encoder.encode(result.value)));
      }
    } catch (thrown) {
      if (calls.get(id) === call) send({ type: 'error', id, error: TroupeError.serialize(thrown) });
    } finally {
      if (calls.get(id) === call) calls.delete(id);
      if (closeReason !== null && calls.size === 0) options.onAllEnded();
    }
  };
  return {
    receive(message) {
      if (message.type === 'hello') throw protocolError('Hello was sent twice');
      const { id } = message;
      const call = calls.get(id);
      if (message.type === 'cancel') stop(call);
      else if (message.type === 'credit') {
        if (call === undefined) return;
        call.credit += message.count;
        call.resume();
      } else {
        if (call !== undefined || calls.size >= limits.calls) throw protocolError('Too many concurrent requests');
        if (closeReason === null) void run(id, message.request);
        else send({ type: 'error', id, error: ownerLostError(closeReason, { notStarted: true }).toJSON() });
      }
    },
    cancelAll() {
      for (const call of calls.values()) stop(call);
    },
    close(reason) {
      closeReason = reason;
      for (const [id, call] of calls) {
        if (isCommand(call)) continue;
        calls.delete(id);
        send({ type: 'error', id, error: ownerLostError(reason).toJSON() });
        stop(call);
      }
      if (calls.size === 0) options.onAllEnded();
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
