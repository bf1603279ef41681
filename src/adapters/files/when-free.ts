import { rename, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** What Windows says of a file that a scanner or an indexer has open; elsewhere the first two pass as well, or never. */
const busy = new Set(['EBUSY', 'EPERM', 'EACCES', 'ENOTEMPTY']);
/** A second and a half in all: who holds a file longer works with it. */
const pausesMs = [50, 100, 200, 400, 750];

/** Asks again for a while when somebody else has the file for a moment. @throws what the last try threw */
export async function whenFree<Result>(
  act: () => Promise<Result>,
  wait: (ms: number) => Promise<unknown> = pause,
): Promise<Result> {
  for (const ms of pausesMs) {
    try {
      return await act();
    } catch (error) {
      if (!isBusy(error)) throw error;
      await wait(ms);
    }
  }
  return act();
}

/** What is gone already is fine. */
export const removeFolder = (path: string): Promise<void> => whenFree(() => rm(path, { recursive: true, force: true }));

export const moveFolder = (from: string, to: string): Promise<void> => whenFree(() => rename(from, to));

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && busy.has(String(error.code));
}
