import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';

/** A terminal as Node sees one. */
export function fakeScreen() {
  const written: string[] = [];
  let wake = () => {};
  const stdout = Object.assign(new EventEmitter(), {
    ...{ isTTY: true, columns: 80, rows: 24 },
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
    /** Resolves once this was written. */
    async wrote(text: string): Promise<void> {
      while (!written.join('').includes(text)) {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
    },
    screen: { stdin: stdin as object as ReadStream, stdout: stdout as object as WriteStream },
  };
}
