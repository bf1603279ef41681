import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';

/** A terminal as Node sees one. */
export function fakeScreen({ columns = 80, rows = 24 } = {}) {
  const written: string[] = [];
  let wake = () => {};
  const stdout = Object.assign(new EventEmitter(), {
    ...{ isTTY: true, columns, rows },
    write(text: string) {
      written.push(text);
      wake();
      return true;
    },
  });
  const stdin = Object.assign(new PassThrough(), {
    ...{ isTTY: true, isRaw: false, ref: () => {}, unref: () => {} },
    setRawMode(raw: boolean) {
      stdin.isRaw = raw;
    },
  });
  return {
    stdin,
    stdout,
    written: () => written.join(''),
    chunks: () => [...written],
    /** Resolves once this text has been written the given number of times. */
    async wrote(text: string, { times = 1 } = {}): Promise<void> {
      while (written.join('').split(text).length <= times) {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
    },
    screen: { stdin: stdin as object as ReadStream, stdout: stdout as object as WriteStream },
  };
}
