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
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { SandboxRef } from '../../../model/effects.ts';
import { TroupeError } from '../../../model/errors.ts';
import type { CheckoutOptions, ProvisionedSandbox } from '../../../ports/project.ts';
import { removeManyFiles } from '../../files/remove-many-files.ts';
import { moveFolder, removeFolder } from '../../files/retry-busy.ts';
import { makePrivateFolder, restrictFolder } from '../../fs/owner-only.ts';
import {
  checkoutSubmodules,
  configOf,
  excludesFiles,
  isFullCheckout,
  readCheckoutOptions,
  saveCheckoutOptions,
} from './checkout-options.ts';
import { commitTree } from './commits.ts';
import { openFolderPool } from './folder-pool.ts';
import type { Git } from './git.ts';
import { createKeyedMutex } from './keyed-mutex.ts';
import { acquireLock } from './lock.ts';
import { pinObject } from './pins.ts';
import { markProvisioned, provision } from './provision.ts';
import { registerWorktree } from './register-worktree.ts';
import { type ProjectRepository, readLine } from './repository.ts';
import { recordSetupFiles } from './setup-files.ts';
import { isStale, tempName } from './temp-files.ts';
import { captureFiles, checkoutFiles, replaceFiles } from './worktree-files.ts';
import { lockReason, openWorktreeRegistry, type SandboxTraces, sandboxId } from './worktree-registry.ts';

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

const removedPrefix = '.gone-';
const reusedMark = 'troupe-reused';

/** Files in a worktree's git directory during a merge, rebase or similar. */
const startedMark = [
  ...['MERGE_HEAD', 'MERGE_MODE', 'MERGE_MSG', 'MERGE_RR', 'AUTO_MERGE', 'SQUASH_MSG', 'CHERRY_PICK_HEAD'],
  ...['REVERT_HEAD', 'REBASE_HEAD', 'rebase-merge', 'rebase-apply', 'sequencer', 'BISECT_LOG', 'BISECT_START'],
];

export function openSandboxes(ground: ProjectRepository, folder: string): Sandboxes {
  const home = join(folder, createHash('sha256').update(ground.commonDir).digest('hex').slice(0, 8));
  const register = openWorktreeRegistry(ground, home);
  const pool = openFolderPool(home);
  const turns = createKeyedMutex();

  const exclusively = <Result>(purpose: string, work: () => Promise<Result>) =>
    turns.run('', async () => {
      await using _lock = await acquireLock(join(ground.own, 'worktrees.lock'), { purpose });
      return await work();
    });

  const find = async (key: string) => {
    const found = await register.find(key);
    if (found !== null) return found;
    throw new TroupeError('SANDBOX_LOST', `the sandbox ${key} is no longer there`, {
      where: join(home, sandboxId(key)),
    });
  };

  const indexOf = (key: string) => join(register.gitDirOf(key), 'troupe-index');

  const inside = ({ key, path }: SandboxRef): Git => {
    const gitDir = register.gitDirOf(key);
    return ground.objects.at({ cwd: path, gitDir, workTree: path, index: indexOf(key), config: configOf(gitDir) });
  };

  const lay = async (sandbox: SandboxRef, tree: string) => {
    const admin = register.gitDirOf(sandbox.key);
    const checkout = await readCheckoutOptions(admin);
    const reused = join(admin, reusedMark);
    if (existsSync(reused)) {
      await replaceFiles(ground, inside(sandbox), tree, checkout);
      await rm(reused);
    } else await checkoutFiles(ground, inside(sandbox), tree, checkout);
    if (checkout.submodules === true) await checkoutSubmodules(ground, inside(sandbox));
    const link = `gitdir: ${admin}`;
    const file = join(sandbox.path, '.git');
    // An agent may have replaced the repository by its own.
    if (checkout.copy === true || (await readLine(file)) !== link) {
      await rm(file, { recursive: true, force: true });
      if (checkout.copy !== true) await writeFile(file, `${link}\n`);
    }
    await rm(join(admin, 'index.lock'), { force: true });
    const draft = join(admin, `index-${randomUUID()}`);
    await copyFile(indexOf(sandbox.key), draft);
    await rename(draft, join(admin, 'index'));
  };

  /** Returns a commit of the tree for the sandbox's HEAD, on top of the project's, so that `git log` and `git status` work. */
  const headFor = async (tree: string) => {
    const { database } = ground;
    const head = await database.commitOf('HEAD');
    if (head === null) return commitTree(ground.objects, tree);
    const [headTree, wanted] = await Promise.all([database.treeOf(head), database.treeOf(tree)]);
    return headTree === wanted ? head : commitTree(ground.objects, wanted, [head]);
  };

  const add = async (key: string, commit: string, checkout: CheckoutOptions): Promise<SandboxRef> => {
    const path = join(home, sandboxId(key));
    await makePrivateFolder(home);
    await exclusively('opening a sandbox', async () => {
      const id = sandboxId(key);
      await clear(path, id);
      await registerWorktree(ground, { id, path, commit, reason: lockReason(key) });
      await restrictFolder(path);
    });
    if (checkout.submodules === true || excludesFiles(ground, checkout)) return { key, path };
    // The marker comes first: a crash leaves either an empty folder, or one that is known to be reused.
    await pool.checkout({ path, index: indexOf(key) }, () => writeFile(join(register.gitDirOf(key), reusedMark), ''));
    return { key, path };
  };

  /** A partial sandbox, left by a crash or manual deletion: capture its remaining files first. */
  const clear = async (path: string, id: string) => {
    if (existsSync(path)) {
      const names = (await readdir(path)).filter(name => name !== '.git');
      if (names.length > 0) await capturePieces(path, id);
      await removeFolder(path);
    }
    await register.unregister(id);
  };

  const capturePieces = async (path: string, id: string) => {
    const index = join(ground.own, tempName('index'));
    const git = ground.objects.at({ cwd: path, workTree: path, index });
    try {
      const tree = await captureFiles(ground, git);
      await pinObject(ground, `lost/${id}-${tree.slice(0, 12)}`, tree);
    } finally {
      await rm(index, { force: true });
    }
  };

  /** An agent may have moved HEAD or started a merge. */
  const tidy = async (sandbox: SandboxRef, commit: string) => {
    const admin = register.gitDirOf(sandbox.key);
    // A detached HEAD is a file that holds the commit.
    if ((await readLine(join(admin, 'HEAD'))) !== commit) {
      await inside(sandbox).exec(['update-ref', '--no-deref', 'HEAD', commit]);
    }
    await Promise.all(startedMark.map(name => rm(join(admin, name), { recursive: true, force: true })));
  };

  const capture = async ({ key, pin }: { key: string; pin?: string }) => {
    const tree = await captureFiles(ground, inside(await find(key)));
    if (pin === undefined) return { tree, ref: null };
    return { tree, ref: await pinObject(ground, pin, tree) };
  };

  /** Keeps files that the set-up created, restores files of `before` that it changed. */
  const keepMade = async (sandbox: SandboxRef, before: string) => {
    const git = inside(sandbox);
    await captureFiles(ground, git);
    await recordSetupFiles(git, before);
    await lay(sandbox, before);
  };

  /** The folder is removed in one step; after a crash only a registration is left, which is removed the next time. */
  const putAway = async ({ key, path }: SandboxRef) => {
    const place = register.gitDirOf(key);
    const mayServe = dirname(path) === home && isFullCheckout(place, await readCheckoutOptions(place));
    const pooled = mayServe && (await pool.add({ path, index: indexOf(key) }));
    if (!pooled) await moveFolder(path, join(dirname(path), `${removedPrefix}${sandboxId(key)}-${randomUUID()}`));
  };

  return {
    exclusively,
    find,
    pathOf: key => join(home, sandboxId(key)),
    has: async key => existsSync(register.gitDirOf(key)),
    open: ({ key, tree, head, checkout }) =>
      turns.run(key, async () => {
        const commit = head ?? (await headFor(tree));
        const found = await register.find(key);
        const sandbox = found ?? (await add(key, commit, checkout ?? {}));
        // git itself copies the patterns of a sparse checkout to a new worktree.
        if (checkout !== undefined || found === null)
          await saveCheckoutOptions(ground, register.gitDirOf(key), checkout ?? {});
        if (found !== null) await tidy(found, commit);
        await lay(sandbox, tree);
        return sandbox;
      }),
    capture: options => turns.run(options.key, () => capture(options)),
    restore: ({ key, tree }) => turns.run(key, async () => lay(await find(key), tree)),
    remove: ({ key, pin }) =>
      turns.run(key, async () => {
        const found = await register.find(key);
        if (found !== null && pin !== null) await capture({ key, pin });
        await exclusively('removing a sandbox', async () => {
          if (found !== null) await putAway(found);
          await register.unregister(sandboxId(key));
        });
        await sweep(found === null ? home : dirname(found.path));
      }),
    equip: ({ key, include, link }) =>
      turns.run(key, async () => {
        const { path } = await find(key);
        return provision(ground, folder, { path, place: register.gitDirOf(key), include, link });
      }),
    equipped: (key, before) =>
      turns.run(key, async () => {
        if (before !== undefined) await keepMade(await find(key), before);
        await markProvisioned(register.gitDirOf(key));
      }),
    survey: register.scan,
    leftovers: () => leftoversIn(home),
    clear: path =>
      exclusively('clearing up after a sandbox', async () => {
        if ((await leftoversIn(home)).includes(path)) return removeManyFiles(path);
        const half = (await register.scan()).find(entry => entry.path === path && !(entry.folder && entry.registered));
        if (half !== undefined) await clear(path, basename(path));
      }),
    list: async () => (await register.list()).filter(({ key, path }) => !key.startsWith('apply/') && existsSync(path)),
    close: pool.clear,
  };
}

/** Deletes removed folders, also those from before a crash, and folders kept by crashed processes: all of them are captured. */
async function sweep(home: string): Promise<void> {
  await Promise.all((await leftoversIn(home)).map(removeManyFiles));
}

async function leftoversIn(home: string): Promise<string[]> {
  const names = await readdir(home).catch((): string[] => []);
  return names.filter(name => name.startsWith(removedPrefix) || isStale(name)).map(name => join(home, name));
}
