import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TroupeError } from '../../../model/errors.ts';
import type { Project, ProjectHead } from '../../../ports/project.ts';
import { commitTree } from '../git/commits.ts';
import { fingerprintOfDirectory } from '../git/fingerprint.ts';
import type { GitOptions } from '../git/git.ts';
import { acquireLock } from '../git/lock.ts';
import { createProject } from '../git/project.ts';
import { openDirectoryRepository, type ProjectRepository } from '../git/repository.ts';
import { captureFiles } from '../git/worktree-files.ts';
import { applyInDirectory, checkTargetInDirectory } from './apply.ts';

export interface DirectoryProjectOptions extends GitOptions {
  /** The folder of the sandboxes, outside of the directory. */
  sandboxes: string;
  /** The folder of the private repository with its objects. */
  objects: string;
}

/** A folder without git. Only Troupe keeps its history: every request for its head takes a snapshot. */
export function openDirectoryProject(path: string, options: DirectoryProjectOptions): Project {
  const root = existsSync(path) ? realpathSync(path) : resolve(path);
  return createProject({
    root,
    kind: 'directory',
    sandboxes: options.sandboxes,
    env: options.env,
    prepare: () => openDirectoryRepository(root, resolve(options.objects), options),
    head: directoryHead,
    fingerprint: ground => alone(ground, () => fingerprintOfDirectory(ground)),
    applyTree: ({ ground }, what) => alone(ground, () => applyInDirectory(ground, what)),
    outlook: ({ ground }, what) => alone(ground, () => checkTargetInDirectory(ground, what)),
  });
}

/** The snapshot has one index file: one user at a time, in this process or another. */
async function alone<Result>({ own }: ProjectRepository, work: () => Promise<Result>): Promise<Result> {
  await using _lock = await acquireLock(join(own, 'root.lock'), { purpose: 'reading the directory' });
  return await work();
}

async function directoryHead(ground: ProjectRepository, ref: string | undefined): Promise<ProjectHead> {
  const { objects, root } = ground;
  if (ref === undefined || ref === 'HEAD') {
    const tree = await alone(ground, () => captureFiles(ground, ground.files));
    return { root, kind: 'directory', commit: await commitTree(objects, tree), tree, branch: null };
  }
  const words = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const { code, stdout } = await objects.tryRun(words);
  if (code !== 0) {
    throw new TroupeError(
      'USAGE',
      `${ref} is not a snapshot of this directory; without git there are no branches or tags`,
      {
        where: root,
        hints: ['git init'],
      },
    );
  }
  const commit = stdout.toString().trim();
  return { root, kind: 'directory', commit, tree: await ground.database.treeOf(commit), branch: null };
}
