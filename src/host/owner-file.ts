import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { TroupeError } from '../model/errors.ts';
import { parseJson } from '../model/json.ts';
import type { Store, StoreOpener } from '../ports/store.ts';

/** Who has a store open: what the next process to come is told. */
export const Owner = z.object({
  pid: z.number().int().positive(),
  command: z.string(),
  started: z.string(),
  /** Where it listens for others; null while it does not, which a command that only looks never does. */
  socket: z.string().nullable().default(null),
});
export type Owner = z.infer<typeof Owner>;

export interface OwnedStoreOptions {
  /** Where the owner's name is written: next to the store, not in it. */
  file: string;
  /** What the owner runs, as a person would type it. */
  command: string;
  pid: number;
  /** Milliseconds since the epoch. */
  now(): number;
}

/**
 * A store that tells others who has it. The lock itself is the store's own and ends with its process, however that ends;
 * the file only gives it a name, so a file left by a dead process misleads nobody and is written over.
 * @throws {TroupeError} STORE_LOCKED with the owner's pid
 */
export function ownedStore(open: StoreOpener, options: OwnedStoreOptions): StoreOpener {
  return async () => {
    const store = await openOrExplainLock(open, options);
    try {
      await writeOwnerFile(options.file, describeOwner(options));
    } catch (thrown) {
      await store.close();
      throw thrown;
    }
    return withOwnerFileRemoval(store, options.file);
  };
}

/** This process as it is known to others from now on. */
export function describeOwner({ pid, command, now }: Omit<OwnedStoreOptions, 'file'>): Owner {
  return { pid, command, started: new Date(now()).toISOString(), socket: null };
}

/** Renamed into place: a reader sees the old name or the new one, never half of one. */
export async function writeOwnerFile(file: string, owner: Owner): Promise<void> {
  const draft = `${file}.${owner.pid}`;
  await writeFile(draft, JSON.stringify(owner), { mode: 0o600 });
  await rename(draft, file);
}

/** The process that has the store at present, or null when it left no name or is dead. */
export async function readOwner(file: string): Promise<Owner | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const parsed = Owner.safeParse(parseJson(text));
  return parsed.success && isAlive(parsed.data.pid) ? parsed.data : null;
}

async function openOrExplainLock(open: StoreOpener, options: OwnedStoreOptions): Promise<Store> {
  try {
    return await open();
  } catch (thrown) {
    if (!TroupeError.is(thrown) || thrown.code !== 'STORE_LOCKED') throw thrown;
    throw storeLockedError(await readOwner(options.file), thrown, options);
  }
}

function storeLockedError(owner: Owner | null, cause: TroupeError, options: OwnedStoreOptions): TroupeError {
  if (owner === null) {
    return new TroupeError('STORE_LOCKED', 'Another process has the store open and left no name', {
      where: cause.where,
      hints: ['troupe owner status', 'troupe doctor'],
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
        'troupe owner status',
        `kill -TERM ${owner.pid}  # pauses its plans and frees the store; nothing is lost`,
      ],
      details: { ...owner },
      cause,
    },
  );
}

/** The store, with the name taken down before it is closed: afterwards the name may already be another's. */
function withOwnerFileRemoval(store: Store, file: string): Store {
  return {
    get: key => store.get(key),
    entries: (prefix, options) => store.entries(prefix, options),
    batch: operations => store.batch(operations),
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
    // Not ours to signal, so it lives.
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
}
