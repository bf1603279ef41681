/**
 * Sandboxes: worktrees outside of the repository.
 *
 * S1. git's own worktree registry is the only one: see `worktree-registry.ts`.
 * S2. Registering and removing use one lock per repository, in this process and across processes: git 2.39 fails when
 *     worktrees are added concurrently. Files are written outside of it.
 * S3. Files go through a separate index; the worktree's own is set from it, so that agents see a clean `git status`.
 * S4. Nothing is removed that is not captured: a folder without registration is captured before it is replaced.
 * S5. A reused folder gets exactly the files of its new tree, or is deleted: see `folder-pool.ts`.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxRef } from '../../../model/effects.ts';
import { TroupeError } from '../../../model/errors.ts';
import type { CheckoutOptions, ProvisionedSandbox } from '../../../ports/project-sandboxes.ts';
import { saveCheckoutOptions } from './checkout-options.ts';
import { openFolderPool } from './folder-pool.ts';
import { createKeyedMutex } from './keyed-mutex.ts';
import { pinObject } from './pins.ts';
import { markProvisioned, provision } from './provision.ts';
import type { ProjectRepository } from './repository.ts';
import { createSandboxFiles, headFor } from './sandbox-files.ts';
import { createExclusively, createSandboxFolders } from './sandbox-folders.ts';
import { openWorktreeRegistry, type SandboxTraces, sandboxId } from './worktree-registry.ts';

export interface Sandboxes {
  open(options: { key: string; tree: string; head?: string; checkout?: CheckoutOptions }): Promise<SandboxRef>;
  equip(options: { key: string; include: readonly string[]; link: readonly string[] }): Promise<ProvisionedSandbox>;
  equipped(key: string, before?: string): Promise<void>;
  find(key: string): Promise<SandboxRef>;
  /** Returns whether there is one, or a part of one. */
  has(key: string): Promise<boolean>;
  /** Returns the path of its folder, existing or not. */
  pathOf(key: string): string;
  capture(options: { key: string; pin?: string }): Promise<{ tree: string; ref: string | null }>;
  restore(options: { key: string; tree: string }): Promise<void>;
  /** Without a pin when everything in it is captured elsewhere. */
  remove(options: { key: string; pin: string | null }): Promise<void>;
  list(): Promise<SandboxRef[]>;
  /** Returns all traces of sandboxes, incomplete ones included. */
  survey(): Promise<SandboxTraces[]>;
  /**
   * Returns unused folders: incompletely removed, or kept for reuse by a process that crashed. All of their files are
   * captured.
   */
  leftovers(): Promise<string[]>;
  /** Removes a leftover folder, or a partial sandbox by its path, after capturing its files. */
  clear(path: string): Promise<void>;
  /** Runs while no worktree is being added or removed, here or in another process. */
  exclusively<Result>(purpose: string, work: () => Promise<Result>): Promise<Result>;
  /** Removes the folders kept for reuse. */
  close(): Promise<void>;
}

export function openSandboxes(ground: ProjectRepository, folder: string): Sandboxes {
  const home = join(folder, createHash('sha256').update(ground.commonDir).digest('hex').slice(0, 8));
  const register = openWorktreeRegistry(ground, home);
  const pool = openFolderPool(home);
  const turns = createKeyedMutex();
  const exclusively = createExclusively(ground, work => turns.run('', work));
  const files = createSandboxFiles(ground, register);
  const folders = createSandboxFolders(ground, { home, register, files, pool, exclusively });
  const find = async (key: string) => {
    const found = await register.find(key);
    if (found === null) throw lostError(home, key);
    return found;
  };
  const capture = async (sandbox: SandboxRef, pin: string | undefined) => {
    const tree = await files.capture(sandbox);
    return { tree, ref: pin === undefined ? null : await pinObject(ground, pin, tree) };
  };
  return {
    exclusively,
    find,
    pathOf: key => join(home, sandboxId(key)),
    has: async key => existsSync(register.gitDirOf(key)),
    open: ({ key, tree, head, checkout }) =>
      turns.run(key, async () => {
        const commit = head ?? (await headFor(ground, tree));
        const existing = await register.find(key);
        const sandbox = existing ?? (await folders.add(key, commit, checkout ?? {}));
        // git itself copies the patterns of a sparse checkout to a new worktree.
        if (checkout !== undefined || existing === null)
          await saveCheckoutOptions(ground, register.gitDirOf(key), checkout ?? {});
        if (existing !== null) await files.resetHead(existing, commit);
        await files.write(sandbox, tree);
        return sandbox;
      }),
    capture: ({ key, pin }) => turns.run(key, async () => capture(await find(key), pin)),
    restore: ({ key, tree }) => turns.run(key, async () => files.write(await find(key), tree)),
    remove: ({ key, pin }) =>
      turns.run(key, async () => {
        const existing = await register.find(key);
        if (existing !== null && pin !== null) await capture(existing, pin);
        await folders.remove(key, existing);
      }),
    equip: ({ key, include, link }) =>
      turns.run(key, async () => {
        const { path } = await find(key);
        return provision(ground, folder, { path, place: register.gitDirOf(key), include, link });
      }),
    equipped: (key, before) =>
      turns.run(key, async () => {
        if (before !== undefined) await files.keepSetupFiles(await find(key), before);
        await markProvisioned(register.gitDirOf(key));
      }),
    survey: register.scan,
    leftovers: folders.leftovers,
    clear: folders.clear,
    list: async () => (await register.list()).filter(({ key, path }) => !key.startsWith('apply/') && existsSync(path)),
    close: pool.clear,
  };
}

function lostError(home: string, key: string): TroupeError {
  return new TroupeError('SANDBOX_LOST', `the sandbox ${key} is no longer there`, {
    where: join(home, sandboxId(key)),
  });
}
