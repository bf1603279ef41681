import { type FileHandle, open, unlink } from 'node:fs/promises';
import { type Operation, type StoreOpener, TroupeError } from 'troupe';

/**
 * A store in one file that is only ever appended to: a batch is a line, so that there is never half of one, and the rows are
 * what all lines come to. Good for hundreds of rows; `troupe/level` is for the rest.
 */
export function journalStore(path: string): StoreOpener {
  return async () => {
    const lock = await takeLock(`${path}.lock`);
    const file = await open(path, 'a+');
    const rows = new Map<string, string>();
    const follow = (operations: readonly Operation[]) => {
      for (const operation of operations) {
        if (operation.type === 'put') rows.set(operation.key, JSON.stringify(operation.value));
        else rows.delete(operation.key);
      }
    };
    for (const line of await wholeLines(file)) follow(JSON.parse(line));
    let writing: Promise<unknown> = Promise.resolve();

    return {
      async get(key) {
        const row = rows.get(key);
        return row === undefined ? undefined : JSON.parse(row);
      },
      async *entries(prefix, { after, limit, reverse = false } = {}) {
        const isBeyond = (key: string) =>
          after === undefined || (reverse ? byBytes(key, after) < 0 : byBytes(key, after) > 0);
        const keys = [...rows.keys()].filter(key => key.startsWith(prefix) && isBeyond(key)).sort(byBytes);
        const found = (reverse ? keys.reverse() : keys).slice(0, limit).map(key => [key, rows.get(key) ?? ''] as const);
        for (const [key, row] of found) yield [key, JSON.parse(row)];
      },
      batch(operations) {
        // What cannot be written as JSON is refused here, before anything of the batch is.
        const line = JSON.stringify(operations);
        const written = writing.then(() => file.appendFile(`${line}\n`)).then(() => follow(JSON.parse(line)));
        writing = written.catch(() => {});
        return written;
      },
      async close() {
        await writing;
        await file.close();
        await lock();
      },
    };
  };
}

/** Lines that were written to their end. A crash can leave the beginning of one more, which is cut off. */
async function wholeLines(file: FileHandle): Promise<string[]> {
  const text = await file.readFile('utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole !== text) await file.truncate(Buffer.byteLength(whole));
  return whole.split('\n').slice(0, -1);
}

/** One at a time: a second opening would write between the lines of the first. */
async function takeLock(path: string): Promise<() => Promise<void>> {
  const held = await open(path, 'wx').catch(() => null);
  if (held === null) throw new TroupeError('STORE_LOCKED', 'The journal is open already', { where: path });
  return async () => {
    await held.close();
    await unlink(path);
  };
}

const byBytes = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right));
