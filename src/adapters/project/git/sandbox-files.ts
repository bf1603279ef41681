/** The files of a sandbox that has a folder: written from a tree, captured as a tree. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxRef } from '../../../model/effects.ts';
import { checkoutSubmodules, configOf, readCheckoutOptions } from './checkout-options.ts';
import { commitTree } from './commits.ts';
import type { Git } from './git.ts';
import { type ProjectRepository, readLine } from './repository.ts';
import { recordSetupFiles } from './setup-files.ts';
import { captureFiles, checkoutFiles, replaceFiles } from './worktree-files.ts';
import type { WorktreeRegistry } from './worktree-registry.ts';

export interface SandboxFiles {
  /** Returns the path of the index that the sandbox's files go through. */
  indexOf(key: string): string;
  /** Notes that the folder still has the files of another tree: the next `write` replaces all of them. */
  markReused(key: string): Promise<void>;
  /** Resets the files, and what git shows of them, to exactly the tree. */
  write(sandbox: SandboxRef, tree: string): Promise<void>;
  /** Returns the tree of the files. */
  capture(sandbox: SandboxRef): Promise<string>;
  /** Sets HEAD, and ends what an agent started: a merge, a rebase. */
  resetHead(sandbox: SandboxRef, commit: string): Promise<void>;
  /** Keeps files that the set-up created, restores files of `before` that it changed. */
  keepSetupFiles(sandbox: SandboxRef, before: string): Promise<void>;
}

const reusedMark = 'troupe-reused';

/** Files in a worktree's git directory during a merge, rebase or similar. */
const startedMark = [
  ...['MERGE_HEAD', 'MERGE_MODE', 'MERGE_MSG', 'MERGE_RR', 'AUTO_MERGE', 'SQUASH_MSG', 'CHERRY_PICK_HEAD'],
  ...['REVERT_HEAD', 'REBASE_HEAD', 'rebase-merge', 'rebase-apply', 'sequencer', 'BISECT_LOG', 'BISECT_START'],
];

export function createSandboxFiles(
  ground: ProjectRepository,
  register: Pick<WorktreeRegistry, 'gitDirOf'>,
): SandboxFiles {
  const indexOf = (key: string) => join(register.gitDirOf(key), 'troupe-index');
  const gitIn = ({ key, path }: SandboxRef): Git => {
    const gitDir = register.gitDirOf(key);
    return ground.objects.at({ cwd: path, gitDir, workTree: path, index: indexOf(key), config: configOf(gitDir) });
  };

  const write = async (sandbox: SandboxRef, tree: string) => {
    const admin = register.gitDirOf(sandbox.key);
    const git = gitIn(sandbox);
    const checkout = await readCheckoutOptions(admin);
    const reused = join(admin, reusedMark);
    if (existsSync(reused)) {
      await replaceFiles(ground, git, tree, checkout);
      await rm(reused);
    } else await checkoutFiles(ground, git, tree, checkout);
    if (checkout.submodules === true) await checkoutSubmodules(ground, git);
    await linkRepository(sandbox.path, admin, checkout.copy === true);
    await rm(join(admin, 'index.lock'), { force: true });
    const draft = join(admin, `index-${randomUUID()}`);
    await copyFile(indexOf(sandbox.key), draft);
    await rename(draft, join(admin, 'index'));
  };

  return {
    indexOf,
    write,
    markReused: key => writeFile(join(register.gitDirOf(key), reusedMark), ''),
    capture: sandbox => captureFiles(ground, gitIn(sandbox)),
    async resetHead(sandbox, commit) {
      const admin = register.gitDirOf(sandbox.key);
      // A detached HEAD is a file that holds the commit.
      if ((await readLine(join(admin, 'HEAD'))) !== commit) {
        await gitIn(sandbox).exec(['update-ref', '--no-deref', 'HEAD', commit]);
      }
      await Promise.all(startedMark.map(name => rm(join(admin, name), { recursive: true, force: true })));
    },
    async keepSetupFiles(sandbox, before) {
      const git = gitIn(sandbox);
      await captureFiles(ground, git);
      await recordSetupFiles(git, before);
      await write(sandbox, before);
    },
  };
}

/** Makes the folder a worktree of the repository, or, as a copy, none. An agent may have replaced the link by a repository. */
async function linkRepository(folder: string, admin: string, isCopy: boolean): Promise<void> {
  const link = `gitdir: ${admin}`;
  const file = join(folder, '.git');
  if (!isCopy && (await readLine(file)) === link) return;
  await rm(file, { recursive: true, force: true });
  if (!isCopy) await writeFile(file, `${link}\n`);
}

/** Returns a commit of the tree for a sandbox's HEAD, on top of the project's, so that `git log` and `git status` work. */
export async function headFor({ database, objects }: ProjectRepository, tree: string): Promise<string> {
  const head = await database.commitOf('HEAD');
  if (head === null) return commitTree(objects, tree);
  const [headTree, wanted] = await Promise.all([database.treeOf(head), database.treeOf(tree)]);
  return headTree === wanted ? head : commitTree(objects, wanted, [head]);
}
