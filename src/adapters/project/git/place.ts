import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { ProjectPlace } from '../../../ports/project.ts';
import { linkIfAbsent } from './lock.ts';
import { readLine } from './repository.ts';
import { tempName } from './temp-files.ts';

/**
 * Returns where a repository is. Its id is in a file, which is created when it is missing: a clone gets another one, and
 * machines that share a disk find the same one.
 */
export async function readPlace(root: string, folder: string): Promise<ProjectPlace> {
  const file = join(folder, 'id');
  const id = (await readLine(file)) ?? (await createId(folder, file));
  return { id, host: hostname(), root };
}

/** Of two processes that create it at once, both use the id of the first. */
async function createId(folder: string, file: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const draft = tempName(file);
  await writeFile(draft, `${randomUUID()}\n`);
  try {
    await linkIfAbsent(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
  return (await readLine(file)) ?? '';
}
