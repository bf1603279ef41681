import { type FileHandle, open, unlink } from 'node:fs/promises';
import { type Operation, type StoreOpener, TroupeError } from 'troupe';
import { decodeValue, encodeValue } from 'troupe/durable';

/**
 * A store in one file that is only ever appended to: a batch is a line, so that there is never half of one, and the rows are
 * what all lines come to. Good for hundreds of rows; `troupe/level` is for the rest.
 */
export function journalStore(path: string): StoreOpener {
  return async () => {
    const lock = await takeLock(`${path}.lock`);
    const file = await open(path, 'a+');
    const rows = new Map<string, string>();
    const follow = (changes: readonly Change[]) => {
      for (const { key, text } of changes) {
        if (text === null) rows.delete(key);
        else rows.set(key, text);
      }
    };
    for (const line of await wholeLines(file)) follow(JSON.parse(line));
    let writing: Promise<unknown> = Promise.resolve();

    return {
      async get(key) {
        const row = rows.get(key);
        return row === undefined ? undefined : decodeValue(row);
      },
      async *entries(prefix, { after, limit, reverse = false } = {}) {
        const isBeyond = (key: string) =>
          after === undefined || (reverse ? byBytes(key, after) < 0 : byBytes(key, after) > 0);
        const keys = [...rows.keys()].filter(key => key.startsWith(prefix) && isBeyond(key)).sort(byBytes);
        const found = (reverse ? keys.reverse() : keys).slice(0, limit).map(key => [key, rows.get(key) ?? ''] as const);
        for (const [key, row] of found) yield [key, decodeValue(row)];
      },
      batch(operations) {
        // A value that cannot be stored is refused here, before anything of the batch is written.
        const changes = operations.map(changeOf);
        const written = writing.then(() => file.appendFile(`${JSON.stringify(changes)}\n`)).then(() => follow(changes));
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

/** A row that was written, as text, or deleted. */
interface Change {
  key: string;
  text: string | null;
}

/** @throws {TroupeError} NOT_STORABLE for a value that the codec refuses */
const changeOf = (operation: Operation): Change => ({
  key: operation.key,
  text: operation.type === 'put' ? encodeValue(operation.value, operation.key) : null,
});

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
