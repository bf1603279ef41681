import { commandHint } from '../model/command-hint.ts';
import { TroupeError } from '../model/errors.ts';
import { decode } from './codec.ts';

/** Parses messages from the bytes of a connection: JSON, one per line. */
export interface FrameReader {
  /** Returns the messages that these bytes complete. @throws {TroupeError} PROTOCOL_BROKEN */
  read(bytes: Buffer): unknown[];
  /** Whether a message has started and not ended. */
  readonly isPartial: boolean;
}

const lineEnd = 10;

/** Buffers at most one incomplete message of up to `bytesMax`. */
export function createFrameReader(bytesMax: number): FrameReader {
  let parts: Buffer[] = [];
  let size = 0;
  const append = (part: Buffer) => {
    size += part.length;
    if (size > bytesMax) throw protocolError(`A message is longer than ${bytesMax} bytes`);
    if (part.length > 0) parts.push(part);
  };
  return {
    get isPartial() {
      return size > 0;
    },
    read(bytes) {
      const messages: unknown[] = [];
      let from = 0;
      for (let end = bytes.indexOf(lineEnd); end >= 0; end = bytes.indexOf(lineEnd, from)) {
        append(bytes.subarray(from, end));
        messages.push(parseLine(Buffer.concat(parts, size).toString()));
        parts = [];
        size = 0;
        from = end + 1;
      }
      append(bytes.subarray(from));
      return messages;
    },
  };
}

function parseLine(line: string): unknown {
  try {
    return decode(JSON.parse(line));
  } catch (cause) {
    throw protocolError('A message is not JSON as we write it', cause);
  }
}

/** Returns the error for an invalid or too long message. */
export function protocolError(message: string, cause?: unknown): TroupeError {
  return new TroupeError('PROTOCOL_BROKEN', message, {
    where: 'the connection between a command and the owner of the store',
    hints: [commandHint('owner status')],
    cause,
  });
}
