import { chmod, readdir, rename, rm } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** What is said of a folder into which somebody still writes. */
const busyCodes = new Set(['EBUSY', 'ENOTEMPTY']);
/** Windows says so of a file that a scanner or an indexer has open; elsewhere it is final, and waiting changes nothing. */
const windowsBusyCodes = new Set(['EPERM', 'EACCES']);
/** A second and a half in all: who holds a file longer works with it. */
const pausesMs = [50, 100, 200, 400, 750];

export interface BusyRetryOptions {
  wait?: (ms: number) => Promise<unknown>;
  /** @default whether this is one */
  isWindows?: boolean;
}

/** Asks again for a while when somebody else has the file for a moment. @throws what the last try threw */
export async function retryWhileBusy<Result>(
  act: () => Promise<Result>,
  { wait = pause, isWindows = platform() === 'win32' }: BusyRetryOptions = {},
): Promise<Result> {
  for (const ms of pausesMs) {
    try {
      return await act();
    } catch (error) {
      const code = codeOf(error);
      if (!busyCodes.has(code) && !(isWindows && windowsBusyCodes.has(code))) throw error;
      await wait(ms);
    }
  }
  return act();
}

/** What is gone already is fine; so is what may only be read: an agent may have left it so, and it is to go all the same. */
export const removeFolder = (path: string): Promise<void> =>
  retryWhileBusy(() =>
    opening(
      () => rm(path, { recursive: true, force: true }),
      () => openAll(path),
    ),
  );

/** A folder that may only be read cannot be moved into another one either. */
export const moveFolder = (from: string, to: string): Promise<void> =>
  retryWhileBusy(() =>
    opening(
      () => rename(from, to),
      () => open(from),
    ),
  );

/** Tries once more when it was refused, after what was in the way is opened. */
async function opening(act: () => Promise<void>, open: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!windowsBusyCodes.has(codeOf(error))) throw error;
    await open();
    await act();
  }
}

/** Makes a folder writable for us. One that is not ours stays as it is. */
const open = (folder: string): Promise<void> => chmod(folder, 0o700).catch(() => undefined);

async function openAll(folder: string): Promise<void> {
  await open(folder);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await openAll(join(folder, entry.name));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
