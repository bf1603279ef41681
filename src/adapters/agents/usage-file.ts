/** A file in which an agent writes its usage, outside its sandbox. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Disposing removes it. */
export interface UsageFile extends AsyncDisposable {
  path: string;
  /** Returns its text; null if the agent wrote none. */
  read(): Promise<string | null>;
}

export async function createUsageFile(): Promise<UsageFile> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-usage-'));
  const path = join(folder, 'usage.json');
  return {
    path,
    read: () => readFile(path, 'utf8').catch(() => null),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
