import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SandboxRef } from '../../../model/effects.ts';
import type { SandboxInfo } from '../../../ports/project.ts';
import { moveFolder, removeFolder } from '../../files/retry-busy.ts';
import { type ProjectRepository, readLine } from './repository.ts';
import { tempName } from './temp-files.ts';

/** What there is of a sandbox. */
export interface SandboxTraces extends Pick<SandboxInfo, 'key' | 'path' | 'folder' | 'registered'> {
  /** The file that stands for it, where it is a tree and has no folder. */
  record?: string;
}

/** git's own register of worktrees, as far as they are sandboxes: the key is the reason of a worktree's lock. */
export interface WorktreeRegistry {
  /** Where git keeps what belongs to a sandbox. */
  gitDirOf(key: string): string;
  /** The sandbox of that key, when it is registered and its folder is there. */
  find(key: string): Promise<SandboxRef | null>;
  /** All that are registered, whether or not their folders are there. */
  list(): Promise<SandboxRef[]>;
  /** Takes a registration away in one step. */
  unregister(id: string): Promise<void>;
  /** Everything there is of sandboxes, halves included, and folders of that kind that are not registered. */
  scan(): Promise<SandboxTraces[]>;
}

const lockPrefix = 'troupe ';
const idPattern = /^[0-9a-f]{12}$/;

/** Twelve characters name a sandbox: short enough for long paths, long enough to never meet. */
export const sandboxId = (key: string) => createHash('sha256').update(key).digest('hex').slice(0, 12);

/** The reason of the lock that holds a sandbox's key, and keeps a `git worktree prune` of the user's away from it. */
export const lockReason = (key: string) => `${lockPrefix}${encodeURIComponent(key)}`;

/** @param home the folder in which this repository's sandboxes lie */
export function openWorktreeRegistry({ commonDir, own }: ProjectRepository, home: string): WorktreeRegistry {
  const register = join(commonDir, 'worktrees');
  /** Names of ours only: a worktree of the user's bears its folder's, whatever the reason of its lock. */
  const ids = async () => (await readdir(register).catch((): string[] => [])).filter(name => idPattern.test(name));

  /** What is said of a sandbox, true or not. */
  const read = async (id: string): Promise<SandboxRef | null> => {
    const [reason, link, last] = await Promise.all([
      readLine(join(register, id, 'locked')),
      readLine(join(register, id, 'gitdir')),
      // What git writes last when it registers: without it a crash came in between.
      readLine(join(register, id, 'commondir')),
    ]);
    if (reason === null || link === null || last === null || !reason.startsWith(lockPrefix)) return null;
    return { key: decodeURIComponent(reason.slice(lockPrefix.length)), path: dirname(link) };
  };

  return {
    gitDirOf: key => join(register, sandboxId(key)),
    async find(key) {
      const found = await read(sandboxId(key));
      if (found?.key !== key) return null;
      return (await lstat(found.path).catch(() => null))?.isDirectory() ? found : null;
    },
    async list() {
      const found = await Promise.all((await ids()).map(read));
      return found.filter(entry => entry !== null);
    },
    async unregister(id) {
      const gone = join(own, tempName('gone'));
      await moveFolder(join(register, id), gone).catch(error => {
        if (existsSync(join(register, id))) throw error;
      });
      await removeFolder(gone);
    },
    async scan() {
      const entries = await Promise.all(
        (await ids()).map(async id => ({
          id,
          found: await read(id),
          reason: await readLine(join(register, id, 'locked')),
        })),
      );
      const ours = entries.filter(({ reason }) => reason?.startsWith(lockPrefix));
      const known = ours.map(({ id, found }): SandboxTraces => {
        const path = found?.path ?? join(home, id);
        return { key: found?.key ?? null, path, folder: existsSync(path), registered: found !== null };
      });
      const folders = (await readdir(home).catch(() => [])).filter(name => idPattern.test(name));
      const loose = folders.map(name => join(home, name)).filter(path => known.every(entry => entry.path !== path));
      return [...known, ...loose.map((path): SandboxTraces => ({ key: null, path, folder: true, registered: false }))];
    },
  };
}
