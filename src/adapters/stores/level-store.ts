/**
 * The store on LevelDB. A directory that already was a store is opened with `createIfMissing: false`: LevelDB would
 * otherwise create an empty database over one whose CURRENT file was lost. One whose log was lost is refused.
 */

import { randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { decodeValue, encodeValue } from '../../durable/codec.ts';
import { messageOf } from '../../model/caught-error.ts';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import type { Durability, Operation, Store, StoreOpener } from '../../ports/store.ts';
import { asDiskError, toDiskError } from '../fs/disk-error.ts';
import { makeDirectory } from '../fs/make-directory.ts';
import { restrictFiles } from '../fs/owner-only.ts';
import {
  findTampering,
  type KnownTables,
  ownerFile,
  readKnownTables,
  readManifest,
  removeManifest,
  writeManifest,
} from './level-manifest.ts';
import { endOf, LevelReads } from './level-reads.ts';

/** Options of {@link levelStore}. */
export interface LevelStoreOptions {
  /** `process` survives kill -9; `power` also survives a power cut and costs an fsync per batch. @default 'process' */
  durability?: Durability;
}

const repairHint = commandHint('doctor', { options: { repair: true } });
const rowsAtOnce = 1000;

/** Bytes that one read of many rows takes from LevelDB; its default is 16 kB, at which a scan waits for a thread most of its time. */
const bytesAtOnce = 256 * 1024;

/** Returns an opener of the store in the directory `path`, which is created when missing. */
export function levelStore(path: string, options: LevelStoreOptions = {}): StoreOpener {
  return () => openLevel(path, options);
}

/**
 * Lets LevelDB rebuild the files in `path` as far as possible. Rows may be lost; `repairStore` then makes the rest
 * consistent. No other process may have the store open.
 *
 * @throws {TroupeError} STORE_LOCKED
 */
export async function repairLevel(path: string): Promise<void> {
  await removeManifest(path).catch((error: unknown) => {
    throw damaged(path, error);
  });
  // LevelDB would repair a store that is in use; only opening respects the lock.
  const probe = new Level<string, string>(path, { createIfMissing: false });
  const trouble = await probe.open().then(
    () => undefined,
    (error: unknown) => error,
  );
  await probe.close();
  if (codeOf(trouble) === 'LEVEL_LOCKED') throw await openError(path, trouble);
  try {
    // Level is ClassicLevel on Node; its types have only what browsers support, too.
    await (Level as unknown as { repair(location: string): Promise<void> }).repair(path);
    // The repair turns logs into tables. Opening begins the log by which a store is known to be whole.
    await probe.open();
    await probe.close();
  } catch (error) {
    throw damaged(path, error);
  }
}

/**
 * Rewrites all files of the store in `path`, so that overwritten and deleted data is no longer in them.
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
 * Verifies that the files of a closed store are unchanged, byte for byte. An open store, or one left by a crash, has
 * no manifest and is not verified.
 * @throws {TroupeError} STORE_DAMAGED
 */
export async function verifyLevel(path: string): Promise<void> {
  await assertManifest(path, { thorough: true });
  await assertLog(path);
}

const isLog = (name: string) => name.endsWith('.log');
const hasRows = (name: string) => isLog(name) || /\.(ldb|sst)$/.test(name);

/**
 * LevelDB takes a store whose log is gone for one in which nothing was written since the last table. But each opening
 * begins a log before it removes an older one, so a store that was opened has one, also after a crash.
 */
async function assertLog(path: string): Promise<void> {
  const isIncomplete = async () => {
    const names = await readdir(path);
    return !names.some(isLog) && (names.includes(ownerFile) || names.some(hasRows));
  };
  // The process that has it open may replace a log while the names are read, but not twice in a row.
  if ((await isIncomplete()) && (await isIncomplete())) throw damaged(path, new Error('its log is gone'));
}

type StoredManifest = Awaited<ReturnType<typeof readManifest>>;

async function assertManifest(path: string, options?: { thorough: boolean }): Promise<StoredManifest> {
  const sealed = await readManifest(path);
  const broken = sealed === null ? null : await findTampering(path, sealed, options);
  // Another process may have opened the store meanwhile.
  if (broken === null || (await readManifest(path)) === null) return sealed;
  throw damaged(path, new Error(broken));
}

async function openLevel(path: string, options: LevelStoreOptions): Promise<LevelStore> {
  const created = await isNew(path);
  const knownTables = await readKnownTables(path, await assertManifest(path));
  if (!created) await assertLog(path);
  const db = new Level<string, string>(path, { createIfMissing: created });
  try {
    if (created) await makeDirectory(path);
    await removeManifest(path);
    await db.open();
    await writeFile(join(path, ownerFile), `${process.pid}\n${randomUUID()}\n`);
    // LevelDB creates files with the umask; new ones are in a private folder.
    await restrictFiles(path);
  } catch (error) {
    await db.close();
    throw await openError(path, error);
  }
  return new LevelStore(db, { path, sync: options.durability === 'power', knownTables });
}

type ChainedBatch = ReturnType<Level<string, string>['batch']>;

class LevelStore implements Store {
  readonly #db: Level<string, string>;
  #next: ChainedBatch;
  readonly #path: string;
  readonly #write: { sync: boolean };
  readonly #knownTables: KnownTables;
  #closing: Promise<void> | undefined;
  readonly #reads: LevelReads;
  readonly kind = 'level';
  readonly owner = { process: String(process.pid) };
  bytesWritten = 0;

  constructor(db: Level<string, string>, options: { path: string; sync: boolean; knownTables: KnownTables }) {
    this.#db = db;
    this.#reads = new LevelReads(db);
    this.#next = db.batch();
    this.#path = options.path;
    this.#write = { sync: options.sync };
    this.#knownTables = options.knownTables;
  }

  async get(key: string): Promise<unknown> {
    const text = await this.#guard(this.#reads.get(key));
    return text === undefined ? undefined : this.#parse(key, text);
  }

  async *entries(
    prefix: string,
    wanted: { after?: string; limit?: number; reverse?: boolean } = {},
  ): AsyncIterable<[key: string, value: unknown]> {
    const { after, limit = -1, reverse = false } = wanted;
    const end = endOf(prefix);
    const lower = !reverse && after !== undefined && after >= prefix ? { gt: after } : { gte: prefix };
    const upper = reverse && after !== undefined && after < end ? { lt: after } : { lt: end };
    // Level is ClassicLevel on Node; its types have only what browsers support, too.
    const options: object = { ...lower, ...upper, limit, reverse, highWaterMarkBytes: bytesAtOnce };
    const rows = this.#db.iterator(options as { limit: number });
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

  /**
   * A chained batch: for the small batches of a tick it takes half the time of an array. The next one is created while this one
   * is written, because the time until then is what a caller waits for.
   */
  batch(operations: readonly Operation[]): Promise<void> {
    const batch = this.#next;
    try {
      for (const operation of operations) this.#add(operation, batch);
    } catch (error) {
      batch.clear();
      throw error;
    }
    const written = batch.write(this.#write);
    this.#next = this.#db.batch();
    return this.#guard(written);
  }

  #add(operation: Operation, batch: ChainedBatch): void {
    const { key } = operation;
    this.bytesWritten += key.length;
    if (operation.type === 'del') {
      batch.del(key);
      return;
    }
    const value = encodeValue(operation.value, key);
    this.bytesWritten += value.length;
    batch.put(key, value);
  }

  close(): Promise<void> {
    // Without a manifest it is opened like a store left by a crash, which is safe, too.
    this.#closing ??= this.#db.close().then(async () => {
      await restrictFiles(this.#path).catch(() => undefined);
      await writeManifest(this.#path, this.#knownTables).catch(() => undefined);
    });
    return this.#closing;
  }

  async compact(): Promise<void> {
    // Level is ClassicLevel on Node; its types have only what browsers support, too.
    const db = this.#db as unknown as { compactRange(from: string, to: string): Promise<void> };
    await this.#guard(db.compactRange('', '\u{10ffff}'));
  }

  #parse(key: string, text: string): unknown {
    try {
      return decodeValue(text);
    } catch (error) {
      throw damaged(this.#path, new Error(`the row ${key} is not what was written`, { cause: error }));
    }
  }

  /** Converts disk errors to TroupeErrors with hints. */
  #guard<T>(work: Promise<T>): Promise<T> {
    return work.catch((error: unknown) => {
      if (codeOf(error) === 'LEVEL_CORRUPTION') throw damaged(this.#path, error);
      throw asDiskError(error, { where: this.#path, what: 'The store cannot be written' });
    });
  }
}

/**
 * Returns whether the store was never used. LevelDB writes its first log after CURRENT, so earlier files may be left
 * from a crash.
 */
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
    hints: [commandHint('owner status')],
    details: { owner: Number(pid) || null },
    cause: error,
  });
}

function damaged(path: string, error: unknown): TroupeError {
  const cause = innermost(error);
  const message = messageOf(cause);
  return new TroupeError('STORE_DAMAGED', `The store cannot be read: ${message}`, {
    where: path,
    hints: [repairHint],
    cause: error,
  });
}

const innermost = (error: unknown): unknown => (error instanceof Error && error.cause ? innermost(error.cause) : error);

const codeOf = (error: unknown): unknown => (innermost(error) as { code?: unknown } | undefined)?.code;
