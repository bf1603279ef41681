/**
 * One client as its owner has it: what it has asked for and not got. Owns its calls and streams; they end with it.
 *
 * 1. The first message is a hello in our version; until then nothing else is understood.
 * 2. A stream sends only what it has credit for. One that is given none for a while is let go, so that what it would
 *    miss is not kept for ever; its client asks again from where it was.
 */
import type { Socket } from 'node:net';
import type { OutputIdentity } from '../model/checkout.ts';
import { Fault } from '../model/fault.ts';
import type { Troupe } from '../runtime/api.ts';
import { type Connection, connection, lineOf } from './connection.ts';
import { broken } from './frames.ts';
import type { Limits } from './limits.ts';
import { type Method, methodOf } from './methods.ts';
import { ownerLost } from './owner-lost.ts';
import { patience } from './patience.ts';
import { type Performed, perform } from './perform.ts';
import { ClientMessage, type Farewell, mismatch, type OwnerMessage, type Request, type Welcome } from './protocol.ts';
import type { Scribe } from './scribe.ts';

export interface Session {
  /** Passes on what can be asked of the next owner, lets what has begun come to its end, then ends. */
  farewell(reason: Farewell): void;
}

export interface SessionOptions {
  socket: Socket;
  troupe: Troupe;
  welcome: Omit<Welcome, 'type'> & { version: string };
  limits: Limits;
  scribe: Scribe;
  /** Said hello, and is welcome. */
  opened(outputs: readonly OutputIdentity[]): void;
  /** Asked for something that may put a plan to work. */
  commanded(): void;
  ended(): void;
}

interface Call {
  method: Method | undefined;
  abort: AbortController;
  credit: number;
  /** Credit came, or the call is over. */
  wake(): void;
}

export function session({ socket, troupe, welcome, limits, scribe, ...options }: SessionOptions): Session {
  const calls = new Map<number, Call>();
  let welcomed = false;
  let leaving: Farewell | null = null;
  const unheard = patience(limits.helloMs, () => refuse(broken('The other end did not say hello')));
  /** For commands that have begun, then for the other end to hang up. */
  let parting: NodeJS.Timeout | undefined;

  const peer: Connection = connection({
    socket,
    schema: ClientMessage,
    bytesMax: limits.requestBytes,
    stallMs: limits.stallMs,
    receive,
    broke: refuse,
    ended() {
      unheard.stop();
      clearTimeout(parting);
      for (const { abort, wake } of calls.values()) {
        abort.abort();
        wake();
      }
      options.ended();
    },
  });
  unheard.start();
  const say = (message: OwnerMessage) => peer.send(lineOf(message));

  function refuse(fault: Fault): void {
    say({ type: 'refused', fault: fault.toJSON() });
    peer.end();
  }

  function receive(message: ClientMessage): void {
    if (!welcomed) {
      greet(message);
      return;
    }
    switch (message.type) {
      case 'hello':
        throw broken('Hello was said twice');
      case 'call':
        if (calls.has(message.id) || calls.size >= limits.calls) throw broken('Too much is asked at once');
        if (leaving === null) void answer(message.id, message.request);
        else say({ type: 'fault', id: message.id, fault: ownerLost(leaving, { untouched: true }).toJSON() });
        break;
      case 'credit': {
        const call = calls.get(message.id);
        if (call === undefined) break;
        call.credit += message.count;
        call.wake();
        break;
      }
      case 'cancel': {
        const call = calls.get(message.id);
        call?.abort.abort();
        call?.wake();
        break;
      }
    }
  }

  function greet(message: ClientMessage): void {
    if (message.type !== 'hello') throw broken('Something was said before hello');
    unheard.stop();
    const { version, ...known } = welcome;
    const stranger = mismatch({ version, pid: welcome.pid }, message);
    if (stranger !== null) {
      refuse(stranger);
      return;
    }
    welcomed = true;
    say({ type: 'welcome', ...known });
    options.opened(message.outputs ?? []);
  }

  async function answer(id: number, request: Request): Promise<void> {
    const method = methodOf(request.to, request.method);
    const call: Call = { method, abort: new AbortController(), credit: limits.credit, wake: () => {} };
    calls.set(id, call);
    if (isCommand(call)) options.commanded();
    try {
      const performed = await perform(troupe, request, call.abort.signal);
      if (performed.kind === 'stream') await pour(id, call, performed);
      else if (calls.get(id) === call) peer.send(lineOf({ type: 'answer', id }, scribe.write(performed.value)));
    } catch (thrown) {
      if (calls.get(id) === call) say({ type: 'fault', id, fault: Fault.store(thrown) });
    } finally {
      if (calls.get(id) === call) calls.delete(id);
      if (leaving !== null && calls.size === 0) linger();
    }
  }

  /** All was said. The other end hangs up first, so that nothing it asks meanwhile is lost without a word. */
  function linger(): void {
    clearTimeout(parting);
    parting = setTimeout(() => peer.end(), limits.lingerMs);
  }

  async function pour(id: number, call: Call, { values }: Extract<Performed, { kind: 'stream' }>): Promise<void> {
    for await (const value of values) {
      if (calls.get(id) !== call) return;
      if (call.credit === 0 && !call.abort.signal.aborted) await credited(call, limits.idleStreamMs);
      if (call.abort.signal.aborted) break;
      call.credit -= 1;
      peer.send(lineOf({ type: 'item', id }, scribe.writeOnce(value)));
    }
    if (calls.get(id) === call) say({ type: 'end', id });
  }

  return {
    farewell(reason) {
      leaving = reason;
      unheard.stop();
      if (!welcomed) {
        peer.end();
        return;
      }
      say({ type: 'bye', reason });
      parting = setTimeout(() => peer.end(), limits.farewellMs);
      for (const [id, call] of calls) {
        if (isCommand(call)) continue;
        calls.delete(id);
        say({ type: 'fault', id, fault: ownerLost(reason).toJSON() });
        call.abort.abort();
        call.wake();
      }
      if (calls.size === 0) linger();
    },
  };
}

/** Changes something once it has begun, so that it is let come to its end. */
function isCommand({ method }: Call): boolean {
  return method !== undefined && method.kind !== 'stream' && !method.again;
}

/** @throws {Fault} OWNER_LOST when nothing is taken for so long: the reader is to ask again from where it was */
async function credited(call: Call, idleMs: number): Promise<void> {
  const timer = setTimeout(() => call.wake(), idleMs);
  await new Promise<void>(resolve => {
    call.wake = resolve;
  });
  clearTimeout(timer);
  if (call.credit > 0 || call.abort.signal.aborted) return;
  throw new Fault('OWNER_LOST', 'Nothing was taken from this stream for a while, so it was let go', {
    where: 'the owner of the store',
    hints: ['troupe plan status'],
  });
}
