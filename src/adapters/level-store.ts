/**
 * The store on LevelDB. A directory that was once a store is opened with `createIfMissing: false`: LevelDB would
 * otherwise start an empty database over one whose CURRENT file was lost.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { Fault } from '../model/fault.ts';
import type { Durability, Operation, Store, StoreOpener } from '../ports/store.ts';

export interface LevelStoreOptions {
  /** `process` survives kill -9; `power` also survives a power cut and costs an fsync per batch. @default 'process' */
  durability?: Durability;
}

const repairHint = 'troupe doctor --repair';
const ownerFile = 'OWNER';
const rowsAtOnce = 1000;

/** The store in the directory `path`, which is made when missing. */
export function levelStore(path: string, options: LevelStoreOptions = {}): StoreOpener {
  return async () => {
    const created = await isNew(path);
    if (created) await mkdir(path, { recursive: true });
    const db = new Level<string, string>(path, { createIfMissing: created });
    try {
      await db.open();
    } catch (error) {
      throw await openFault(path, error);
    }
    await writeFile(join(path, ownerFile), `${process.pid}\n`);
    return new LevelStore(db, { path, sync: options.durability === 'power' });
  };
}

/**
 * Has LevelDB rebuild what it can from the files in `path`. Rows may be lost; `repairStore` then makes the rest
 * consistent. Nobody else may have the store open.
 *
 * @throws {Fault} STORE_LOCKED
 */
export async function repairLevel(path: string): Promise<void> {
  // LevelDB repairs under a running owner's feet; only opening respects the lock.
  const probe = new Level<string, string>(path, { createIfMissing: false });
  const trouble = await probe.open().then(
    () => undefined,
    (error: unknown) => error,
  );
  await probe.close();
  if (codeOf(trouble) === 'LEVEL_LOCKED') throw await openFault(path, trouble);
  try {
    // Level is ClassicLevel on Node; its types name only what browsers have as well.
    await (Level as unknown as { repair(location: string): Promise<void> }).repair(path);
  } catch (error) {
    throw damaged(path, error);
  }
}

class LevelStore implements Store {
  readonly #db: Level<string, string>;
  readonly #path: string;
  readonly #write: { sync: boolean };
  bytesWritten = 0;

  constructor(db: Level<string, string>, options: { path: string; sync: boolean }) {
    this.#db = db;
    this.#path = options.path;
    this.#write = { sync: options.sync };
  }

  async get(key: string): Promise<unknown> {
    const text = await this.#guard(this.#db.get(key));
    return text === undefined ? undefined : JSON.parse(text);
  }

  async *entries(
    prefix: string,
    options: { after?: string; limit?: number; reverse?: boolean } = {},
  ): AsyncIterable<[key: string, value: unknown]> {
    const { after, limit = -1, reverse = false } = options;
    const end = endOf(prefix);
    const lower = !reverse && after !== undefined && after >= prefix ? { gt: after } : { gte: prefix };
    const upper = reverse && after !== undefined && after < end ? { lt: after } : { lt: end };
    const rows = this.#db.iterator({ ...lower, ...upper, limit, reverse });
    try {
      for (;;) {
        const some = await this.#guard(rows.nextv(rowsAtOnce));
        if (some.length === 0) return;
        for (const [key, text] of some) yield [key, JSON.parse(text)];
      }
    } finally {
      await rows.close();
    }
  }

  /** A chained batch: for the small batches of a turn it takes half the time of one given as an array. */
  batch(operations: readonly Operation[]): Promise<void> {
    const batch = this.#db.batch();
    for (const operation of operations) {
      const { key } = operation;
      this.bytesWritten += key.length;
      if (operation.type === 'del') {
        batch.del(key);
        continue;
      }
      const value = JSON.stringify(operation.value);
      this.bytesWritten += value.length;
      batch.put(key, value);
    }
    return batch.write(this.#write);
  }

  close(): Promise<void> {
    return this.#db.close();
  }

  /** A block that cannot be read any more is a fault with a way out, not an exception of a library. */
  async #guard<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (codeOf(error) !== 'LEVEL_CORRUPTION') throw error;
      throw damaged(this.#path, error);
    }
  }
}

/** The first key behind all that begin with `prefix`. */
function endOf(prefix: string): string {
  const last = prefix.charCodeAt(prefix.length - 1);
  return prefix === '' ? '\u{10ffff}' : prefix.slice(0, -1) + String.fromCharCode(last + 1);
}

/** Nothing was ever stored here. LevelDB writes its first log after CURRENT, so files before it may be left of a crash. */
async function isNew(path: string): Promise<boolean> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new Fault('FILE_NOT_FOUND', `The store cannot be opened at ${path}: ${error.message}`, {
      where: path,
      cause: error,
    });
  });
  return !names.some(name => name === 'CURRENT' || /\.(log|ldb|sst)$/.test(name));
}

async function openFault(path: string, error: unknown): Promise<Fault> {
  if (codeOf(error) !== 'LEVEL_LOCKED') return damaged(path, error);
  const owner = await readFile(join(path, ownerFile), 'utf8').catch(() => '');
  const who = owner.trim() === '' ? 'another process' : `process ${owner.trim()}`;
  return new Fault('STORE_LOCKED', `The store is in use by ${who}.`, {
    where: path,
    hints: ['wait for it to finish, or stop it'],
    details: { owner: Number(owner) || null },
    cause: error,
  });
}

function damaged(path: string, error: unknown): Fault {
  const cause = innermost(error);
  const message = cause instanceof Error ? cause.message : String(cause);
  return new Fault('STORE_DAMAGED', `The store cannot be read: ${message}`, {
    where: path,
    hints: [repairHint],
    cause: error,
  });
}

const innermost = (error: unknown): unknown => (error instanceof Error && error.cause ? innermost(error.cause) : error);

const codeOf = (error: unknown): unknown => (innermost(error) as { code?: unknown } | undefined)?.code;
