/**
 * One end of a connection: turns bytes into checked messages and back. Owns the socket and its limits, independent of
 * the messages' meaning.
 *
 * 1. A message that has started ends within `stallMs`, or the peer is disconnected; so is a peer that reads nothing
 *    for that long.
 * 2. A peer that does not read is not read from, so the output buffer is bounded by what was requested.
 * 3. It ends once, with a reason: null when the peer left, an error when it was disconnected.
 */
import type { Socket } from 'node:net';
import type { z } from 'zod';
import { TroupeError } from '../model/errors.ts';
import { encode } from './codec.ts';
import { createFrameReader, protocolError } from './ndjson.ts';
import { parseMessage } from './protocol.ts';
import { createTimeout } from './timeout.ts';

export interface Connection {
  /** Sends an encoded message; see `encodeMessage`. */
  send(line: string): void;
  /** Sends pending output, then ends. */
  end(): void;
  /** Ends at once. */
  destroy(error?: TroupeError): void;
}

export interface ConnectionOptions<T> {
  socket: Socket;
  schema: z.ZodType<T>;
  bytesMax: number;
  stallMs: number;
  onMessage(message: T): void;
  /** The input is invalid; nothing more is read. */
  onProtocolError(error: TroupeError): void;
  onClosed(error: TroupeError | null): void;
}

export function createConnection<T>({ socket, ...options }: ConnectionOptions<T>): Connection {
  const inbox = createFrameReader(options.bytesMax);
  let outbox: string[] = [];
  let closed = false;
  let ignoresInput = false;
  const inbound = createTimeout(options.stallMs, () => destroy(protocolError('A message began and did not end')));
  const outbound = createTimeout(options.stallMs, () =>
    destroy(protocolError('The other end does not read what it is sent')),
  );

  const destroy = (error?: TroupeError) => {
    if (closed) return;
    closed = true;
    inbound.stop();
    outbound.stop();
    socket.destroy();
    options.onClosed(error ?? null);
  };
  const flush = () => {
    const text = outbox.join('');
    outbox = [];
    if (closed || text === '') return;
    if (socket.write(text)) return;
    socket.pause();
    inbound.stop();
    outbound.start();
  };

  socket.on('data', (bytes: Buffer) => {
    if (ignoresInput) return;
    try {
      for (const message of inbox.read(bytes)) {
        options.onMessage(parseMessage(options.schema, message));
        if (closed || ignoresInput) return;
      }
    } catch (thrown) {
      ignoresInput = true;
      inbound.stop();
      return options.onProtocolError(
        TroupeError.is(thrown) ? thrown : protocolError('A message could not be dealt with', thrown),
      );
    }
    if (inbox.isPartial) inbound.start();
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
      if (closed) return;
      // The messages of one tick are sent together.
      if (outbox.length === 0) setImmediate(flush);
      outbox.push(line);
    },
    end() {
      flush();
      ignoresInput = true;
      outbound.start();
      socket.end(() => destroy());
    },
  };
}

/** Encodes a message. Its `value` may be given as JSON that was encoded once for many clients. */
export function encodeMessage(message: object, value?: string): string {
  const head = JSON.stringify(encode(message));
  return value === undefined ? `${head}\n` : `${head.slice(0, -1)},"value":${value}}\n`;
}
