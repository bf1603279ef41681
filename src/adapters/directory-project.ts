import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Fault } from '../model/fault.ts';
import type { Project, ProjectHead } from '../ports/project.ts';
import { landInDirectory, outlookInDirectory } from './directory-project-landing.ts';
import { holdTree } from './git/commits.ts';
import { fingerprintOfDirectory } from './git/fingerprint.ts';
import type { GitOptions } from './git/git.ts';
import { type Ground, groundOfDirectory } from './git/ground.ts';
import { acquireLock } from './git/lock.ts';
import { projectOn } from './git/project.ts';
import { treesOf } from './git/trees.ts';
import { captureFiles } from './git/work-tree.ts';

export interface DirectoryProjectOptions extends GitOptions {
  /** The folder below which sandboxes live, outside of the directory. */
  sandboxes: string;
  /** Where the private repository lives that keeps its objects. */
  objects: string;
}

/** A folder without git. Its history is ours alone: every question for its head takes a snapshot. */
export function openDirectoryProject(path: string, options: DirectoryProjectOptions): Project {
  const root = existsSync(path) ? realpathSync(path) : resolve(path);
  return projectOn({
    root,
    kind: 'directory',
    sandboxes: options.sandboxes,
    env: options.env,
    prepare: () => groundOfDirectory(root, resolve(options.objects), options),
    head: headOfDirectory,
    fingerprint: ground => alone(ground, () => fingerprintOfDirectory(ground)),
    land: ({ ground }, what) => alone(ground, () => landInDirectory(ground, what)),
    outlook: ({ ground }, what) => alone(ground, () => outlookInDirectory(ground, what)),
  });
}

/** The snapshot's index is one file: who uses it, here or in another process, does so alone. */
async function alone<Result>({ own }: Ground, work: () => Promise<Result>): Promise<Result> {
  await using _lock = await acquireLock(join(own, 'root.lock'), { purpose: 'reading the directory' });
  return await work();
}

async function headOfDirectory(ground: Ground, ref: string | undefined): Promise<ProjectHead> {
  const { objects, root } = ground;
  if (ref === undefined || ref === 'HEAD') {
    const tree = await alone(ground, () => captureFiles(ground, ground.files));
    return { root, kind: 'directory', commit: await holdTree(objects, tree), tree, branch: null };
  }
  const words = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const { code, stdout } = await objects.attempt(words);
  if (code !== 0) {
    throw new Fault('USAGE', `${ref} is not a snapshot of this directory; without git there are no branches or tags`, {
      where: root,
      hints: ['git init'],
    });
  }
  const commit = stdout.toString().trim();
  const [tree = ''] = await treesOf(objects, [commit]);
  return { root, kind: 'directory', commit, tree, branch: null };
}
