import { Fault } from '../model/fault.ts';
import { unpack } from './values.ts';

/** Messages out of the bytes of a connection: JSON, one a line. */
export interface Frames {
  /** The messages that these bytes complete. @throws {Fault} PROTOCOL_BROKEN */
  take(bytes: Buffer): unknown[];
  /** Whether a message has begun and not ended. */
  readonly open: boolean;
}

const lineEnd = 10;

/** Keeps what has arrived of one message at most, and that only up to `bytesMax`. */
export function frames(bytesMax: number): Frames {
  let parts: Buffer[] = [];
  let size = 0;
  const keep = (part: Buffer) => {
    size += part.length;
    if (size > bytesMax) throw broken(`A message is longer than ${bytesMax} bytes`);
    if (part.length > 0) parts.push(part);
  };
  return {
    get open() {
      return size > 0;
    },
    take(bytes) {
      const messages: unknown[] = [];
      let from = 0;
      for (let end = bytes.indexOf(lineEnd); end >= 0; end = bytes.indexOf(lineEnd, from)) {
        keep(bytes.subarray(from, end));
        messages.push(messageOf(Buffer.concat(parts, size).toString()));
        parts = [];
        size = 0;
        from = end + 1;
      }
      keep(bytes.subarray(from));
      return messages;
    },
  };
}

function messageOf(line: string): unknown {
  try {
    return unpack(JSON.parse(line));
  } catch (cause) {
    throw broken('A message is not JSON as we write it', cause);
  }
}

/** What a peer said makes no sense, or is too much of it. */
export function broken(message: string, cause?: unknown): Fault {
  return new Fault('PROTOCOL_BROKEN', message, {
    where: 'the connection between a command and the owner of the store',
    hints: ['troupe owner status'],
    cause,
  });
}
