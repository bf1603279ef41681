/**
 * Sandboxes: worktrees outside the repository.
 *
 * S1. git's own register is the only one: see `register.ts`.
 * S2. Registering and removing go through one lock per repository, in this process and across processes: git 2.39
 *     fails when worktrees are added side by side. Files are written outside of it.
 * S3. Files go through an index of ours; the worktree's own is set from it, so that agents see a clean `git status`.
 * S4. Nothing is removed that is not captured: a folder whose registration is gone is captured before it is replaced.
 * S5. A folder that was used before gets exactly the files of its new tree, or is thrown away: see `pool.ts`.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Fault } from '../../model/fault.ts';
import type { Equipment, SandboxLayout, SandboxRef } from '../../ports/project.ts';
import { moveFolder, removeFolder } from '../files/when-free.ts';
import { closeFolder, makeOwnFolder } from '../owner-only.ts';
import { holdTree } from './commits.ts';
import { equip, markReady } from './equipment.ts';
import type { Git } from './git.ts';
import { type Ground, readLine } from './ground.ts';
import { configOf, isWhole, layoutAt, laySubmodules, leavesOut, noteLayout } from './layout.ts';
import { isLitter, passing } from './litter.ts';
import { acquireLock } from './lock.ts';
import { noteMade } from './made-files.ts';
import { pinTree } from './pins.ts';
import { openPool } from './pool.ts';
import { idOf, openRegister, type Remains, reasonFor } from './register.ts';
import { treesOf } from './trees.ts';
import { openTurns } from './turns.ts';
import { captureFiles, layFiles, replaceFiles } from './work-tree.ts';

export interface Sandboxes {
  open(options: { key: string; tree: string; head?: string; layout?: SandboxLayout }): Promise<SandboxRef>;
  equip(options: { key: string; include: readonly string[]; link: readonly string[] }): Promise<Equipment>;
  equipped(key: string, before?: string): Promise<void>;
  find(key: string): Promise<SandboxRef>;
  /** Whether there is one, or half of one. */
  has(key: string): Promise<boolean>;
  /** Where its folder is or would be. */
  pathOf(key: string): string;
  capture(options: { key: string; pin?: string }): Promise<{ tree: string; ref: string | null }>;
  restore(options: { key: string; tree: string }): Promise<void>;
  /** Without a pin for what holds nothing that is not captured elsewhere. */
  remove(options: { key: string; pin: string | null }): Promise<void>;
  list(): Promise<SandboxRef[]>;
  /** Everything there is of sandboxes, halves included. */
  survey(): Promise<Remains[]>;
  /** Folders that nobody needs: removed by halves, or kept for reuse by a process that died. All of their files are captured. */
  litter(): Promise<string[]>;
  /** Takes away litter, or half a sandbox by its path, whose files are captured first. */
  clear(path: string): Promise<void>;
  /** Runs while no worktree is being added or removed, here or in another process. */
  exclusively<Result>(purpose: string, work: () => Promise<Result>): Promise<Result>;
  /** Lets go of folders that were kept for reuse. */
  close(): Promise<void>;
}

const gone = '.gone-';
const reusedMark = 'troupe-reused';

/** What git keeps in a worktree's register while a merge, rebase or the like is under way. */
const begun = [
  ...['MERGE_HEAD', 'MERGE_MODE', 'MERGE_MSG', 'MERGE_RR', 'AUTO_MERGE', 'SQUASH_MSG', 'CHERRY_PICK_HEAD'],
  ...['REVERT_HEAD', 'REBASE_HEAD', 'rebase-merge', 'rebase-apply', 'sequencer', 'BISECT_LOG', 'BISECT_START'],
];

export function openSandboxes(ground: Ground, folder: string): Sandboxes {
  const home = join(folder, createHash('sha256').update(ground.commonDir).digest('hex').slice(0, 8));
  const register = openRegister(ground, home);
  const pool = openPool(home);
  const turns = openTurns();

  const exclusively = <Result>(purpose: string, work: () => Promise<Result>) =>
    turns.take('', async () => {
      await using _lock = await acquireLock(join(ground.own, 'worktrees.lock'), { purpose });
      return await work();
    });

  const find = async (key: string) => {
    const found = await register.find(key);
    if (found !== null) return found;
    throw new Fault('SANDBOX_LOST', `the sandbox ${key} is no longer there`, { where: join(home, idOf(key)) });
  };

  const indexOf = (key: string) => join(register.placeOf(key), 'troupe-index');

  const inside = ({ key, path }: SandboxRef): Git => {
    const gitDir = register.placeOf(key);
    return ground.objects.at({ cwd: path, gitDir, workTree: path, index: indexOf(key), config: configOf(gitDir) });
  };

  const lay = async (sandbox: SandboxRef, tree: string) => {
    const admin = register.placeOf(sandbox.key);
    const layout = await layoutAt(admin);
    const reused = join(admin, reusedMark);
    if (existsSync(reused)) {
      await replaceFiles(inside(sandbox), tree, layout);
      await rm(reused);
    } else await layFiles(inside(sandbox), tree, layout);
    if (layout.submodules === true) await laySubmodules(ground, inside(sandbox));
    const link = `gitdir: ${admin}`;
    const file = join(sandbox.path, '.git');
    // An agent may have put a repository of its own in the place of ours.
    if (layout.copy === true || (await readLine(file)) !== link) {
      await rm(file, { recursive: true, force: true });
      if (layout.copy !== true) await writeFile(file, `${link}\n`);
    }
    await rm(join(admin, 'index.lock'), { force: true });
    const draft = join(admin, `index-${randomUUID()}`);
    await copyFile(indexOf(sandbox.key), draft);
    await rename(draft, join(admin, 'index'));
  };

  /** A commit of the tree for the sandbox's HEAD, on top of the project's, so that `git log` and `git status` serve. */
  const headFor = async (tree: string) => {
    const found = await ground.objects.attempt(['rev-parse', '--verify', '--quiet', 'HEAD']);
    if (found.code !== 0) return holdTree(ground.objects, tree);
    const head = found.stdout.toString().trim();
    const [headTree, wanted = tree] = await treesOf(ground.objects, [head, tree]);
    return headTree === wanted ? head : holdTree(ground.objects, wanted, [head]);
  };

  const add = async (key: string, commit: string, layout: SandboxLayout): Promise<SandboxRef> => {
    const path = join(home, idOf(key));
    await makeOwnFolder(home);
    await exclusively('opening a sandbox', async () => {
      await clear(path, idOf(key));
      const how = ['--detach', '--no-checkout', '--lock', '--reason', reasonFor(key)];
      await ground.objects.tell(['worktree', 'add', '--quiet', ...how, path, commit]);
      await closeFolder(path);
    });
    if (layout.submodules === true || leavesOut(ground, layout)) return { key, path };
    // The mark comes first: a crash leaves either an empty folder, or one of which it is known that it was used.
    await pool.give({ path, index: indexOf(key) }, () => writeFile(join(register.placeOf(key), reusedMark), ''));
    return { key, path };
  };

  /** Half of a sandbox, left by a crash or by someone's broom: what is left of its files is captured first. */
  const clear = async (path: string, id: string) => {
    if (existsSync(path)) {
      const names = (await readdir(path)).filter(name => name !== '.git');
      if (names.length > 0) await capturePieces(path, id);
      await removeFolder(path);
    }
    await register.strike(id);
  };

  const capturePieces = async (path: string, id: string) => {
    const index = join(ground.own, passing('index'));
    const git = ground.objects.at({ cwd: path, workTree: path, index });
    try {
      const tree = await captureFiles(ground, git);
      await pinTree(ground, `lost/${id}-${tree.slice(0, 12)}`, tree);
    } finally {
      await rm(index, { force: true });
    }
  };

  /** An agent may have moved HEAD or begun a merge. */
  const tidy = async (sandbox: SandboxRef, commit: string) => {
    await inside(sandbox).tell(['update-ref', '--no-deref', 'HEAD', commit]);
    const admin = register.placeOf(sandbox.key);
    await Promise.all(begun.map(name => rm(join(admin, name), { recursive: true, force: true })));
  };

  const capture = async ({ key, pin }: { key: string; pin?: string }) => {
    const tree = await captureFiles(ground, inside(await find(key)));
    if (pin === undefined) return { tree, ref: null };
    return { tree, ref: await pinTree(ground, pin, tree) };
  };

  /** What set-up made stays, what it changed of `before` is put back. */
  const keepMade = async (sandbox: SandboxRef, before: string) => {
    const git = inside(sandbox);
    await captureFiles(ground, git);
    await noteMade(git, before);
    await lay(sandbox, before);
  };

  /** The folder goes in one step; what a crash leaves after it is a registration, which the next time clears. */
  const putAway = async ({ key, path }: SandboxRef) => {
    const place = register.placeOf(key);
    const mayServe = dirname(path) === home && isWhole(place, await layoutAt(place));
    const pooled = mayServe && (await pool.take({ path, index: indexOf(key) }));
    if (!pooled) await moveFolder(path, join(dirname(path), `${gone}${idOf(key)}-${randomUUID()}`));
  };

  return {
    exclusively,
    find,
    pathOf: key => join(home, idOf(key)),
    has: async key => existsSync(register.placeOf(key)),
    open: ({ key, tree, head, layout }) =>
      turns.take(key, async () => {
        const commit = head ?? (await headFor(tree));
        const found = await register.find(key);
        const sandbox = found ?? (await add(key, commit, layout ?? {}));
        // git itself hands the patterns of a sparse checkout on to a new worktree.
        if (layout !== undefined || found === null) await noteLayout(ground, register.placeOf(key), layout ?? {});
        if (found !== null) await tidy(found, commit);
        await lay(sandbox, tree);
        return sandbox;
      }),
    capture: options => turns.take(options.key, () => capture(options)),
    restore: ({ key, tree }) => turns.take(key, async () => lay(await find(key), tree)),
    remove: ({ key, pin }) =>
      turns.take(key, async () => {
        const found = await register.find(key);
        if (found !== null && pin !== null) await capture({ key, pin });
        await exclusively('removing a sandbox', async () => {
          if (found !== null) await putAway(found);
          await register.strike(idOf(key));
        });
        await sweep(found === null ? home : dirname(found.path));
      }),
    equip: ({ key, include, link }) =>
      turns.take(key, async () => {
        const { path } = await find(key);
        return equip(ground, folder, { path, place: register.placeOf(key), include, link });
      }),
    equipped: (key, before) =>
      turns.take(key, async () => {
        if (before !== undefined) await keepMade(await find(key), before);
        await markReady(register.placeOf(key));
      }),
    survey: register.survey,
    litter: () => litterIn(home),
    clear: path =>
      exclusively('clearing up after a sandbox', async () => {
        if ((await litterIn(home)).includes(path)) return removeFolder(path);
        const half = (await register.survey()).find(
          entry => entry.path === path && !(entry.folder && entry.registered),
        );
        if (half !== undefined) await clear(path, basename(path));
      }),
    list: async () =>
      (await register.list()).filter(({ key, path }) => !key.startsWith('landing/') && existsSync(path)),
    close: pool.clear,
  };
}

/** Deletes what was removed, here or before a crash, and what others kept for reuse when they died: all of it is captured. */
async function sweep(home: string): Promise<void> {
  await Promise.all((await litterIn(home)).map(removeFolder));
}

async function litterIn(home: string): Promise<string[]> {
  const names = await readdir(home).catch((): string[] => []);
  return names.filter(name => name.startsWith(gone) || isLitter(name)).map(name => join(home, name));
}
