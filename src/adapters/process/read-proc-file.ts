import { close, open, read } from 'node:fs';
import { promisify } from 'node:util';

const [openFile, readBytes, closeFile] = [promisify(open), promisify(read), promisify(close)];

/** Most environments are shorter. */
const firstBytes = 16 * 1024;

/** Reads small files of /proc one after another into one buffer. */
export interface ProcFileReader {
  /** Returns the content, valid until the next call. @throws {Error} of the system */
  read(path: string): Promise<Buffer>;
}

/**
 * `readFile` allocates 64 KiB for each file of unknown size, and goes through twice as many calls: reading the files of
 * all processes that way was a large part of what a short program cost.
 */
export function createProcFileReader(): ProcFileReader {
  let buffer = Buffer.allocUnsafeSlow(firstBytes);
  return {
    async read(path) {
      const file = await openFile(path, 'r');
      try {
        let length = 0;
        for (;;) {
          const { bytesRead } = await readBytes(file, buffer, length, buffer.length - length, null);
          length += bytesRead;
          // These files fill the buffer as far as their content goes.
          if (length < buffer.length) return buffer.subarray(0, length);
          const larger = Buffer.allocUnsafeSlow(2 * buffer.length);
          buffer.copy(larger);
          buffer = larger;
        }
      } finally {
        await closeFile(file);
      }
    },
  };
}
