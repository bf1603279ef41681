import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasCode } from '../model/caught-error.ts';
import { commandHint } from '../model/command-hint.ts';
import { TroupeError } from '../model/errors.ts';
import { parseJson } from '../model/json.ts';
import type { Store, StoreOpener } from '../ports/store.ts';

/** The one process that has the store open: what other processes see of it. */
export interface Owner {
  pid: number;
  command: string;
  started: string;
  /** The socket it listens on; null while it does not listen, as for a read-only command. */
  socket: string | null;
}

/** Options of {@link ownedStore}. */
export interface OwnedStoreOptions {
  /** The file with the owner's data: next to the store, not in it. */
  file: string;
  /** The owner's command, as you would type it. */
  command: string;
  pid: number;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Called when another process took the store over. @default nothing */
  onLost?(error: TroupeError): void;
}

/**
 * Wraps a store so that other processes can see who has it open. The store's own lock ends with its process, however
 * that ends; the file only identifies the process, so a file left by a dead process is harmless and is overwritten.
 * @throws {TroupeError} STORE_LOCKED with the owner's pid
 */
export function ownedStore(open: StoreOpener, options: OwnedStoreOptions): StoreOpener {
  return async () => {
    const store = await openOrExplainLock(open, options);
    store.onLost?.(error => options.onLost?.(error));
    try {
      await writeOwnerFile(options.file, describeOwner(options));
    } catch (thrown) {
      await store.close();
      throw thrown;
    }
    return withOwnerFileRemoval(store, options.file);
  };
}

/** Returns the owner data of this process. */
export function describeOwner({ pid, command, now }: Omit<OwnedStoreOptions, 'file'>): Owner {
  return { pid, command, started: new Date(now()).toISOString(), socket: null };
}

/** Renamed into place: a reader sees the old content or the new, never a partial file. */
export async function writeOwnerFile(file: string, owner: Owner): Promise<void> {
  const draft = `${file}.${owner.pid}`;
  // A store in a database creates no folder.
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(draft, JSON.stringify(owner), { mode: 0o600 });
  await rename(draft, file);
}

/** Returns the process that has the store open, or null when there is no file or the process is dead. */
export async function readOwner(file: string): Promise<Owner | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  // Most commands find no file: a schema would make all of them load zod.
  const { pid, command, started, socket = null } = (parseJson(text) ?? {}) as Partial<Owner>;
  if (!Number.isSafeInteger(pid) || pid === undefined || pid < 1) return null;
  if (typeof command !== 'string' || typeof started !== 'string') return null;
  if (socket !== null && typeof socket !== 'string') return null;
  return isAlive(pid) ? { pid, command, started, socket } : null;
}

async function openOrExplainLock(open: StoreOpener, options: OwnedStoreOptions): Promise<Store> {
  try {
    return await open();
  } catch (thrown) {
    TroupeError.assert(thrown, 'STORE_LOCKED');
    // A store that names its owner may be open on another machine, whose processes mean nothing here.
    if (typeof thrown.details?.owner === 'string') throw remoteOwnerError(thrown.details.owner, thrown);
    throw storeLockedError(await readOwner(options.file), thrown, options);
  }
}

function remoteOwnerError(owner: string, cause: TroupeError): TroupeError {
  return new TroupeError('STORE_LOCKED', `The store is in use by ${owner}; run the command there, or end it`, {
    where: cause.where,
    hints: [commandHint('owner status'), commandHint('owner stop', { note: 'on that machine' })],
    details: { owner },
    cause,
  });
}

function storeLockedError(owner: Owner | null, cause: TroupeError, options: OwnedStoreOptions): TroupeError {
  if (owner === null) {
    return new TroupeError('STORE_LOCKED', 'Another process has the store open and left no name', {
      where: cause.where,
      hints: [commandHint('owner status'), commandHint('doctor')],
      cause,
    });
  }
  const seconds = Math.max(0, Math.round((options.now() - Date.parse(owner.started)) / 1000));
  return new TroupeError(
    'STORE_LOCKED',
    `The store is in use by process ${owner.pid} ("${owner.command}", started ${seconds} s ago)`,
    {
      where: cause.where,
      hints: [
        commandHint('owner status'),
        `kill -TERM ${owner.pid}  # pauses its plans and frees the store; nothing is lost`,
      ],
      details: { ...owner },
      cause,
    },
  );
}

/** Removes the file before closing the store: afterwards it may already belong to the next owner. */
function withOwnerFileRemoval(store: Store, file: string): Store {
  return {
    get: key => store.get(key),
    entries: (prefix, options) => store.entries(prefix, options),
    batch: operations => store.batch(operations),
    onLost: listener => store.onLost?.(listener),
    close: async () => {
      await rm(file, { force: true });
      await store.close();
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // A process that this user may not signal is alive.
    return hasCode(thrown, 'EPERM');
  }
}
