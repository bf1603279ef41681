/**
 * One end of a connection: bytes in, checked messages out, and back. Owns the socket and its bounds; knows nothing of
 * what the messages mean.
 *
 * 1. A message that has begun ends within `stallMs`, or the peer is let go; so is one that reads nothing for so long.
 * 2. A peer that does not read is not read from: what waits to be sent is bounded by what was asked for.
 * 3. It ends once, with the reason: null when the peer left, a fault when it was let go.
 */
import type { Socket } from 'node:net';
import type { z } from 'zod';
import { Fault } from '../model/fault.ts';
import { broken, frames } from './frames.ts';
import { patience } from './patience.ts';
import { understood } from './protocol.ts';
import { pack } from './values.ts';

export interface Connection {
  /** Sends what JSON made of a message; see `lineOf`. */
  send(line: string): void;
  /** Sends what is still to be sent, then ends. */
  end(): void;
  /** Ends at once. */
  destroy(fault?: Fault): void;
}

export interface ConnectionOptions<T> {
  socket: Socket;
  schema: z.ZodType<T>;
  bytesMax: number;
  stallMs: number;
  receive(message: T): void;
  /** What came makes no sense; nothing more is read. */
  broke(fault: Fault): void;
  ended(fault: Fault | null): void;
}

export function connection<T>({ socket, ...options }: ConnectionOptions<T>): Connection {
  const inbox = frames(options.bytesMax);
  let outbox: string[] = [];
  let over = false;
  let deaf = false;
  const inbound = patience(options.stallMs, () => destroy(broken('A message began and did not end')));
  const outbound = patience(options.stallMs, () => destroy(broken('The other end does not read what it is sent')));

  const destroy = (fault?: Fault) => {
    if (over) return;
    over = true;
    inbound.stop();
    outbound.stop();
    socket.destroy();
    options.ended(fault ?? null);
  };
  const flush = () => {
    const text = outbox.join('');
    outbox = [];
    if (over || text === '') return;
    if (socket.write(text)) return;
    socket.pause();
    inbound.stop();
    outbound.start();
  };

  socket.on('data', (bytes: Buffer) => {
    if (deaf) return;
    try {
      for (const message of inbox.take(bytes)) {
        options.receive(understood(options.schema, message));
        if (over || deaf) return;
      }
    } catch (thrown) {
      deaf = true;
      inbound.stop();
      return options.broke(Fault.is(thrown) ? thrown : broken('A message could not be dealt with', thrown));
    }
    if (inbox.open) inbound.start();
    else inbound.stop();
  });
  socket.on('drain', () => {
    outbound.stop();
    socket.resume();
  });
  socket.on('error', () => destroy());
  socket.on('close', () => destroy());

  return {
    destroy,
    send(line) {
      if (over) return;
      // What one turn has to say goes out in one piece.
      if (outbox.length === 0) setImmediate(flush);
      outbox.push(line);
    },
    end() {
      flush();
      deaf = true;
      outbound.start();
      socket.end(() => destroy());
    },
  };
}

/** A message as it is sent. What travels in it as `value` may be given as JSON, made once for many. */
export function lineOf(message: object, value?: string): string {
  const head = JSON.stringify(pack(message));
  return value === undefined ? `${head}\n` : `${head.slice(0, -1)},"value":${value}}\n`;
}
