/** Sandboxes of a worker that was killed, in a folder that another worker has now. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Project } from '../../ports/project.ts';

/** Where a repository of a worker has its sandboxes: a folder for each project, and one file for ports. */
export const sandboxFolder = 'w';

/** Removes their files at once: no job may ever open the repository that registers them. */
export async function removeOldFiles(folder: string): Promise<void> {
  for (const repository of await foldersIn(folder))
    for (const project of await foldersIn(join(repository, sandboxFolder)))
      for (const sandbox of await foldersIn(project)) await rm(sandbox, { recursive: true, force: true });
}

/** Removes what a repository still registers. */
export async function removeOldSandboxes(project: Pick<Project, 'sandboxes' | 'removeSandbox'>): Promise<void> {
  for (const { key } of await project.sandboxes()) await project.removeSandbox({ key, pin: null });
}

async function foldersIn(path: string): Promise<string[]> {
  const found = await readdir(path, { withFileTypes: true }).catch(() => []);
  return found.filter(entry => entry.isDirectory()).map(({ name }) => join(path, name));
}
