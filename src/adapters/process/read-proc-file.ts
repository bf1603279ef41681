import { closeSync, openSync, readSync } from 'node:fs';

/** Most environments are shorter. */
const firstBytes = 16 * 1024;

/** Reads small files of /proc one after another into one buffer. */
export interface ProcFileReader {
  /** Returns the content, valid until the next call. @throws {Error} of the system */
  read(path: string): Buffer;
}

/**
 * Synchronous, because the kernel answers from memory: opening, reading and closing such a file takes about ten microseconds, and
 * ten times that with a promise for each. `readFile` also allocates 64 KiB for each file of unknown size.
 */
export function createProcFileReader(): ProcFileReader {
  let buffer = Buffer.allocUnsafeSlow(firstBytes);
  return {
    read(path) {
      const file = openWithoutStack(path);
      try {
        let length = 0;
        for (;;) {
          length += readSync(file, buffer, length, buffer.length - length, null);
          // These files fill the buffer as far as their content goes.
          if (length < buffer.length) return buffer.subarray(0, length);
          const larger = Buffer.allocUnsafeSlow(2 * buffer.length);
          buffer.copy(larger);
          buffer = larger;
        }
      } finally {
        closeSync(file);
      }
    },
  };
}

/** Opening fails for every process that has exited or belongs to another user; to note a stack trace takes most of that time. */
function openWithoutStack(path: string): number {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return openSync(path, 'r');
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
