/** The folders of sandboxes: made with their registration, moved away when they are removed, and what a crash left of them. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { SandboxRef } from '../../../model/effects.ts';
import type { CheckoutOptions } from '../../../ports/project-sandboxes.ts';
import { removeManyFiles } from '../../files/remove-many-files.ts';
import { moveFolder, removeFolder } from '../../files/retry-busy.ts';
import { makePrivateFolder, restrictFolder } from '../../fs/owner-only.ts';
import { excludesFiles, isFullCheckout, readCheckoutOptions } from './checkout-options.ts';
import type { FolderPool } from './folder-pool.ts';
import { acquireLock } from './lock.ts';
import { pinObject } from './pins.ts';
import { registerWorktree } from './register-worktree.ts';
import type { ProjectRepository } from './repository.ts';
import type { SandboxFiles } from './sandbox-files.ts';
import { isStale, tempName } from './temp-files.ts';
import { captureFiles } from './worktree-files.ts';
import { lockReason, sandboxId, type WorktreeRegistry } from './worktree-registry.ts';

export interface SandboxFolders {
  /** Makes the folder of a new sandbox, empty or with files to be replaced, and registers it. */
  add(key: string, commit: string, checkout: CheckoutOptions): Promise<SandboxRef>;
  /** Removes folder and registration, or the registration alone when there is no folder. Its files are captured. */
  remove(key: string, existing: SandboxRef | null): Promise<void>;
  /** Returns the unused folders: incompletely removed, or kept for reuse by a process that crashed. */
  leftovers(): Promise<string[]>;
  /** Removes a leftover folder, or a partial sandbox by its path, after capturing its files. */
  clear(path: string): Promise<void>;
}

export interface SandboxFoldersOptions {
  /** The folder of all of them. */
  home: string;
  register: WorktreeRegistry;
  files: SandboxFiles;
  pool: FolderPool;
  /** Runs while no worktree is being added or removed, here or in another process. */
  exclusively<Result>(purpose: string, work: () => Promise<Result>): Promise<Result>;
}

const removedPrefix = '.gone-';

export function createSandboxFolders(
  ground: ProjectRepository,
  { home, register, files, pool, exclusively }: SandboxFoldersOptions,
): SandboxFolders {
  /** A partial sandbox, left by a crash or manual deletion: capture its remaining files first. */
  const clearPartial = async (path: string, id: string) => {
    if (existsSync(path)) {
      const names = (await readdir(path)).filter(name => name !== '.git');
      if (names.length > 0) await pinFiles(ground, path, id);
      await removeFolder(path);
    }
    await register.unregister(id);
  };

  /** The folder is removed in one step; after a crash only a registration is left, which is removed the next time. */
  const moveAway = async ({ key, path }: SandboxRef) => {
    const admin = register.gitDirOf(key);
    const isReusable = dirname(path) === home && isFullCheckout(admin, await readCheckoutOptions(admin));
    const isPooled = isReusable && (await pool.add({ path, index: files.indexOf(key) }));
    if (!isPooled) await moveFolder(path, join(dirname(path), `${removedPrefix}${sandboxId(key)}-${randomUUID()}`));
  };

  return {
    async add(key, commit, checkout) {
      const id = sandboxId(key);
      const path = join(home, id);
      await makePrivateFolder(home);
      await exclusively('opening a sandbox', async () => {
        await clearPartial(path, id);
        await registerWorktree(ground, { id, path, commit, reason: lockReason(key) });
        await restrictFolder(path);
      });
      if (checkout.submodules === true || excludesFiles(ground, checkout)) return { key, path };
      // The marker comes first: a crash leaves either an empty folder, or one that is known to be reused.
      await pool.checkout({ path, index: files.indexOf(key) }, () => files.markReused(key));
      return { key, path };
    },
    async remove(key, existing) {
      await exclusively('removing a sandbox', async () => {
        if (existing !== null) await moveAway(existing);
        await register.unregister(sandboxId(key));
      });
      const removed = await leftoversIn(existing === null ? home : dirname(existing.path));
      await Promise.all(removed.map(removeManyFiles));
    },
    leftovers: () => leftoversIn(home),
    clear: path =>
      exclusively('clearing up after a sandbox', async () => {
        if ((await leftoversIn(home)).includes(path)) return removeManyFiles(path);
        const half = (await register.scan()).find(entry => entry.path === path && !(entry.folder && entry.registered));
        if (half !== undefined) await clearPartial(path, basename(path));
      }),
  };
}

/** Runs work one at a time: `run` orders it in this process, a lock across processes. */
export function createExclusively(
  { own }: ProjectRepository,
  run: <Result>(work: () => Promise<Result>) => Promise<Result>,
): SandboxFoldersOptions['exclusively'] {
  return (purpose, work) =>
    run(async () => {
      await using _lock = await acquireLock(join(own, 'worktrees.lock'), { purpose });
      return await work();
    });
}

/** Captures the files of a folder without registration, below `refs/troupe/lost`. */
async function pinFiles(ground: ProjectRepository, path: string, id: string): Promise<void> {
  const index = join(ground.own, tempName('index'));
  const git = ground.objects.at({ cwd: path, workTree: path, index });
  try {
    const tree = await captureFiles(ground, git);
    await pinObject(ground, `lost/${id}-${tree.slice(0, 12)}`, tree);
  } finally {
    await rm(index, { force: true });
  }
}

/** Removed folders, also those from before a crash, and folders kept by crashed processes: all of them are captured. */
async function leftoversIn(home: string): Promise<string[]> {
  const names = await readdir(home).catch((): string[] => []);
  return names.filter(name => name.startsWith(removedPrefix) || isStale(name)).map(name => join(home, name));
}
