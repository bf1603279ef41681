/**
 * The store on LevelDB. A directory that was once a store is opened with `createIfMissing: false`: LevelDB would
 * otherwise start an empty database over one whose CURRENT file was lost.
 */
import { randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { TroupeError } from '../../model/errors.ts';
import type { Durability, Operation, Store, StoreOpener } from '../../ports/store.ts';
import { toDiskError } from '../fs/disk-error.ts';
import { makeDirectory } from '../fs/make-directory.ts';
import { restrictFiles } from '../fs/owner-only.ts';
import { findTampering, ownerFile, readManifest, removeManifest, writeManifest } from './level-manifest.ts';

export interface LevelStoreOptions {
  /** `process` survives kill -9; `power` also survives a power cut and costs an fsync per batch. @default 'process' */
  durability?: Durability;
}

const repairHint = 'troupe doctor --repair';
const rowsAtOnce = 1000;

/** The store in the directory `path`, which is made when missing. */
export function levelStore(path: string, options: LevelStoreOptions = {}): StoreOpener {
  return () => openLevel(path, options);
}

/**
 * Has LevelDB rebuild what it can from the files in `path`. Rows may be lost; `repairStore` then makes the rest
 * consistent. Nobody else may have the store open.
 *
 * @throws {TroupeError} STORE_LOCKED
 */
export async function repairLevel(path: string): Promise<void> {
  await removeManifest(path).catch((error: unknown) => {
    throw damaged(path, error);
  });
  // LevelDB repairs under a running owner's feet; only opening respects the lock.
  const probe = new Level<string, string>(path, { createIfMissing: false });
  const trouble = await probe.open().then(
    () => undefined,
    (error: unknown) => error,
  );
  await probe.close();
  if (codeOf(trouble) === 'LEVEL_LOCKED') throw await openError(path, trouble);
  try {
    // Level is ClassicLevel on Node; its types name only what browsers have as well.
    await (Level as unknown as { repair(location: string): Promise<void> }).repair(path);
  } catch (error) {
    throw damaged(path, error);
  }
}

/**
 * Rewrites all files of the store in `path`, so that what was overwritten or deleted is no longer in them.
 * @throws {TroupeError} STORE_LOCKED, STORE_DAMAGED
 */
export async function compactLevel(path: string): Promise<void> {
  const store = await openLevel(path, {});
  try {
    await store.compact();
  } finally {
    await store.close();
  }
}

/**
 * Looks whether the files of a closed store are those that were left, byte for byte. One that is open, or that a crash
 * left, has no seal and is not looked at.
 * @throws {TroupeError} STORE_DAMAGED
 */
export async function verifyLevel(path: string): Promise<void> {
  await assertManifest(path, { thorough: true });
  const names = await readdir(path);
  // Whoever opened it left a log at least.
  if (names.includes(ownerFile) && !names.some(hasRows)) throw damaged(path, new Error('all its files are gone'));
}

const hasRows = (name: string) => /\.(log|ldb|sst)$/.test(name);

type StoredManifest = Awaited<ReturnType<typeof readManifest>>;

async function assertManifest(path: string, options?: { thorough: boolean }): Promise<StoredManifest> {
  const sealed = await readManifest(path);
  const broken = sealed === null ? null : await findTampering(path, sealed, options);
  // Somebody else may have opened the store meanwhile.
  if (broken === null || (await readManifest(path)) === null) return sealed;
  throw damaged(path, new Error(broken));
}

async function openLevel(path: string, options: LevelStoreOptions): Promise<LevelStore> {
  const created = await isNew(path);
  const last = await assertManifest(path);
  const db = new Level<string, string>(path, { createIfMissing: created });
  try {
    if (created) await makeDirectory(path);
    await removeManifest(path);
    await db.open();
    await writeFile(join(path, ownerFile), `${process.pid}\n${randomUUID()}\n`);
    // LevelDB makes its files under the umask; those to come lie in a folder that is closed.
    await restrictFiles(path);
  } catch (error) {
    await db.close();
    throw await openError(path, error);
  }
  return new LevelStore(db, { path, sync: options.durability === 'power', last });
}

class LevelStore implements Store {
  readonly #db: Level<string, string>;
  readonly #path: string;
  readonly #write: { sync: boolean };
  readonly #last: StoredManifest;
  #closing: Promise<void> | undefined;
  bytesWritten = 0;

  constructor(db: Level<string, string>, options: { path: string; sync: boolean; last: StoredManifest }) {
    this.#db = db;
    this.#path = options.path;
    this.#write = { sync: options.sync };
    this.#last = options.last;
  }

  async get(key: string): Promise<unknown> {
    const text = await this.#guard(this.#db.get(key));
    return text === undefined ? undefined : this.#parse(key, text);
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
        for (const [key, text] of some) yield [key, this.#parse(key, text)];
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
    return this.#guard(batch.write(this.#write));
  }

  close(): Promise<void> {
    // Without a seal it is opened like one that a crash left: that much is promised anyway.
    this.#closing ??= this.#db.close().then(async () => {
      await restrictFiles(this.#path).catch(() => undefined);
      await writeManifest(this.#path, this.#last).catch(() => undefined);
    });
    return this.#closing;
  }

  async compact(): Promise<void> {
    // Level is ClassicLevel on Node; its types name only what browsers have as well.
    const db = this.#db as unknown as { compactRange(from: string, to: string): Promise<void> };
    await this.#guard(db.compactRange('', '\u{10ffff}'));
  }

  #parse(key: string, text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw damaged(this.#path, new Error(`the row ${key} is not what was written`, { cause: error }));
    }
  }

  /** What the disk does is an error with a way out, not an exception of a library. */
  async #guard<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (codeOf(error) === 'LEVEL_CORRUPTION') throw damaged(this.#path, error);
      throw toDiskError(error, { where: this.#path, what: 'The store cannot be written' }) ?? error;
    }
  }
}

/** The first key behind all that begin with `prefix`. */
function endOf(prefix: string): string {
  const last = prefix.charCodeAt(prefix.length - 1);
  return prefix === '' ? '\u{10ffff}' : prefix.slice(0, -1) + String.fromCharCode(last + 1);
}

/** Nothing was ever stored here: nobody ever opened it. LevelDB writes its first log after CURRENT, so files before it may be left of a crash. */
async function isNew(path: string): Promise<boolean> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new TroupeError('FILE_NOT_FOUND', `The store cannot be opened at ${path}: ${error.message}`, {
      where: path,
      cause: error,
    });
  });
  return !names.some(name => name === 'CURRENT' || name === ownerFile || hasRows(name));
}

async function openError(path: string, error: unknown): Promise<TroupeError> {
  if (codeOf(error) !== 'LEVEL_LOCKED') {
    return toDiskError(error, { where: path, what: 'The store cannot be written' }) ?? damaged(path, error);
  }
  const owner = await readFile(join(path, ownerFile), 'utf8').catch(() => '');
  const [pid = ''] = owner.split('\n');
  const who = pid === '' ? 'another process' : `process ${pid}`;
  return new TroupeError('STORE_LOCKED', `The store is in use by ${who}.`, {
    where: path,
    hints: ['troupe owner status'],
    details: { owner: Number(pid) || null },
    cause: error,
  });
}

function damaged(path: string, error: unknown): TroupeError {
  const cause = innermost(error);
  const message = cause instanceof Error ? cause.message : String(cause);
  return new TroupeError('STORE_DAMAGED', `The store cannot be read: ${message}`, {
    where: path,
    hints: [repairHint],
    cause: error,
  });
}

const innermost = (error: unknown): unknown => (error instanceof Error && error.cause ? innermost(error.cause) : error);

const codeOf = (error: unknown): unknown => (innermost(error) as { code?: unknown } | undefined)?.code;
