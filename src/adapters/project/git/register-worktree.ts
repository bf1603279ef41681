import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProjectRepository } from './repository.ts';
import { tempName } from './temp-files.ts';

export interface WorktreeRegistration {
  /** Its name in the registry. */
  id: string;
  /** The folder, which must not exist. */
  path: string;
  commit: string;
  /** Why it is locked. */
  reason: string;
}

/**
 * Creates a locked worktree without files, as `git worktree add --detach --no-checkout --lock` does, without starting git.
 * The registration appears with all its files in one step, so that a git that lists worktrees meanwhile reads none by half.
 */
export async function registerWorktree(
  ground: ProjectRepository,
  { id, path, commit, reason }: WorktreeRegistration,
): Promise<void> {
  if (await hasExtensions(ground)) {
    const how = ['--detach', '--no-checkout', '--lock', '--reason', reason];
    return ground.objects.exec(['worktree', 'add', '--quiet', ...how, path, commit]);
  }
  const register = join(ground.commonDir, 'worktrees');
  const draft = join(ground.own, tempName('worktree'));
  await Promise.all([mkdir(path), mkdir(draft), mkdir(register, { recursive: true })]);
  const files = {
    HEAD: commit,
    commondir: '../..',
    gitdir: join(path, '.git'),
    locked: reason,
  };
  await Promise.all([
    writeFile(join(path, '.git'), `gitdir: ${join(register, id)}\n`),
    ...Object.entries(files).map(([name, line]) => writeFile(join(draft, name), `${line}\n`)),
  ]);
  await rename(draft, join(register, id));
}

/** Whether the repository is of another format, in which git may keep HEAD or the settings of a worktree elsewhere. */
async function hasExtensions({ commonDir }: ProjectRepository): Promise<boolean> {
  const config = await readFile(join(commonDir, 'config'), 'utf8').catch(() => '');
  return /^\s*\[\s*extensions\b/im.test(config);
}
