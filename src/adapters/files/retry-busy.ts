import { chmod, readdir, rename, rm } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { hasCode } from '../../model/caught-error.ts';

/** Error codes of a folder that another process is writing to. */
const busyCodes = new Set(['EBUSY', 'ENOTEMPTY']);
/** On Windows these mean that a scanner or an indexer has the file open; elsewhere they are final. */
const windowsBusyCodes = new Set(['EPERM', 'EACCES']);
/** About a second and a half in total: a process that holds a file longer is using it. */
const pausesMs = [50, 100, 200, 400, 750];

export interface BusyRetryOptions {
  wait?: (ms: number) => Promise<unknown>;
  /** @default detected */
  isWindows?: boolean;
}

/** Retries while another process has the file open briefly. @throws the error of the last attempt */
export async function retryWhileBusy<Result>(
  act: () => Promise<Result>,
  { wait = pause, isWindows = platform() === 'win32' }: BusyRetryOptions = {},
): Promise<Result> {
  for (const ms of pausesMs) {
    try {
      return await act();
    } catch (error) {
      if (!hasCode(error, ...busyCodes, ...(isWindows ? windowsBusyCodes : []))) throw error;
      await wait(ms);
    }
  }
  return act();
}

/** A missing file is fine. A read-only one, which an agent may have created, is removed too. */
export const removeFolder = (path: string): Promise<void> =>
  retryWhileBusy(() =>
    opening(
      () => rm(path, { recursive: true, force: true }),
      () => openAll(path),
    ),
  );

/** A read-only folder cannot be moved into another one either. */
export const moveFolder = (from: string, to: string): Promise<void> =>
  retryWhileBusy(() =>
    opening(
      () => rename(from, to),
      () => open(from),
    ),
  );

/** Retries once after making read-only folders writable. */
async function opening(act: () => Promise<void>, open: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!hasCode(error, ...windowsBusyCodes)) throw error;
    await open();
    await act();
  }
}

/** Makes a folder writable for its owner. A folder of another user stays unchanged. */
const open = (folder: string): Promise<void> => chmod(folder, 0o700).catch(() => undefined);

async function openAll(folder: string): Promise<void> {
  await open(folder);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await openAll(join(folder, entry.name));
}
