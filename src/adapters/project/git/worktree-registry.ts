import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SandboxRef } from '../../../model/effects.ts';
import type { SandboxInfo } from '../../../ports/project-inventory.ts';
import { moveFolder, removeFolder } from '../../files/retry-busy.ts';
import { type ProjectRepository, readLine } from './repository.ts';
import { tempName } from './temp-files.ts';

/** What exists of a sandbox. */
export interface SandboxTraces extends Pick<SandboxInfo, 'key' | 'path' | 'folder' | 'registered'> {
  /** Its record file, when it is a tree without a folder. */
  record?: string;
}

/** git's own registry of worktrees, limited to sandboxes: the key is the reason of a worktree's lock. */
export interface WorktreeRegistry {
  /** Returns a sandbox's git directory. */
  gitDirOf(key: string): string;
  /** Returns the sandbox of that key, when it is registered and its folder exists. */
  find(key: string): Promise<SandboxRef | null>;
  /** Returns all registered ones, whether or not their folders exist. */
  list(): Promise<SandboxRef[]>;
  /** Removes a registration in one step. */
  unregister(id: string): Promise<void>;
  /** Returns everything that exists of sandboxes, incomplete ones included, and unregistered folders of that kind. */
  scan(): Promise<SandboxTraces[]>;
}

const lockPrefix = 'troupe:';
const idPattern = /^[0-9a-f]{12}$/;

/** Twelve characters identify a sandbox: short enough for long paths, long enough to be unique. */
export const sandboxId = (key: string) => createHash('sha256').update(key).digest('hex').slice(0, 12);

/** The reason of the lock, which contains a sandbox's key, and protects it from your `git worktree prune`. */
export const lockReason = (key: string) => `${lockPrefix}${encodeURIComponent(key)}`;

/** @param home the folder of this repository's sandboxes */
export function openWorktreeRegistry({ commonDir, own }: ProjectRepository, home: string): WorktreeRegistry {
  const register = join(commonDir, 'worktrees');
  /** Only our names: your own worktree is named after its folder, whatever the reason of its lock. */
  const ids = async () => (await readdir(register).catch((): string[] => [])).filter(name => idPattern.test(name));

  /** Returns the registration of a sandbox, valid or not. */
  const read = async (id: string): Promise<SandboxRef | null> => {
    const [reason, link, last] = await Promise.all([
      readLine(join(register, id, 'locked')),
      readLine(join(register, id, 'gitdir')),
      // git writes this last when it registers: without it a crash came in between.
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
