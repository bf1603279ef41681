/**
 * Sandboxes: worktrees outside the repository.
 *
 * S1. git's own register is the only one: `worktrees/<id>` with the key as the reason of its lock, which also keeps a
 *     `git worktree prune` of the user's away from it.
 * S2. Registering and removing go through one lock per repository, in this process and across processes: git 2.39
 *     fails when worktrees are added side by side. Files are written outside of it.
 * S3. Files go through an index of ours; the worktree's own is set from it, so that agents see a clean `git status`.
 * S4. Nothing is removed that is not captured: a folder whose registration is gone is captured before it is replaced.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Fault } from '../../model/fault.ts';
import type { FoundSandbox, SandboxRef } from '../../ports/project.ts';
import { holdTree } from './commits.ts';
import type { Git } from './git.ts';
import { type Ground, readLine } from './ground.ts';
import { passing } from './litter.ts';
import { acquireLock } from './lock.ts';
import { pinTree } from './pins.ts';
import { treesOf } from './trees.ts';
import { openTurns } from './turns.ts';
import { captureFiles, layFiles } from './work-tree.ts';

export interface Sandboxes {
  open(options: { key: string; tree: string; head?: string }): Promise<SandboxRef>;
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
  /** Takes away half a sandbox by its path; its files are captured first. */
  clear(path: string): Promise<void>;
  /** Runs while no worktree is being added or removed, here or in another process. */
  exclusively<Result>(purpose: string, work: () => Promise<Result>): Promise<Result>;
}

/** What there is of a sandbox. */
export interface Remains extends Pick<FoundSandbox, 'key' | 'path' | 'folder' | 'registered'> {
  /** The file that stands for it, where it is a tree and has no folder. */
  record?: string;
}

const mark = 'troupe ';
const gone = '.gone-';

/** What git keeps in a worktree's register while a merge, rebase or the like is under way. */
const begun = [
  ...['MERGE_HEAD', 'MERGE_MODE', 'MERGE_MSG', 'MERGE_RR', 'AUTO_MERGE', 'SQUASH_MSG', 'CHERRY_PICK_HEAD'],
  ...['REVERT_HEAD', 'REBASE_HEAD', 'rebase-merge', 'rebase-apply', 'sequencer', 'BISECT_LOG', 'BISECT_START'],
];

const idShape = /^[0-9a-f]{12}$/;

/** Twelve characters name a sandbox: short enough for long paths, long enough to never meet. */
export const idOf = (key: string) => createHash('sha256').update(key).digest('hex').slice(0, 12);

export function openSandboxes(ground: Ground, folder: string): Sandboxes {
  const home = join(folder, createHash('sha256').update(ground.commonDir).digest('hex').slice(0, 8));
  const register = join(ground.commonDir, 'worktrees');
  const turns = openTurns();

  const exclusively = <Result>(purpose: string, work: () => Promise<Result>) =>
    turns.take('', async () => {
      await using _lock = await acquireLock(join(ground.own, 'worktrees.lock'), { purpose });
      return await work();
    });

  /** What git's register says of a sandbox, true or not. */
  const registered = async (id: string) => {
    const [reason, link, last] = await Promise.all([
      readLine(join(register, id, 'locked')),
      readLine(join(register, id, 'gitdir')),
      // What git writes last when it registers: without it a crash came in between.
      readLine(join(register, id, 'commondir')),
    ]);
    if (reason === null || link === null || last === null || !reason.startsWith(mark)) return null;
    return { key: decodeURIComponent(reason.slice(mark.length)), path: dirname(link) };
  };

  const existing = async (key: string): Promise<SandboxRef | null> => {
    const found = await registered(idOf(key));
    if (found?.key !== key) return null;
    return (await lstat(found.path).catch(() => null))?.isDirectory() ? found : null;
  };

  const find = async (key: string) => {
    const found = await existing(key);
    if (found !== null) return found;
    throw new Fault('SANDBOX_LOST', `the sandbox ${key} is no longer there`, {
      where: join(home, idOf(key)),
      hints: ['troupe plan status', 'troupe plan revert'],
    });
  };

  const inside = ({ key, path }: SandboxRef): Git => {
    const gitDir = join(register, idOf(key));
    const index = join(gitDir, 'troupe-index');
    return ground.objects.at({ cwd: path, gitDir, workTree: path, index, config: ['core.sparseCheckout=false'] });
  };

  const lay = async (sandbox: SandboxRef, tree: string) => {
    const git = inside(sandbox);
    const admin = join(register, idOf(sandbox.key));
    await layFiles(git, tree);
    const link = `gitdir: ${admin}`;
    const file = join(sandbox.path, '.git');
    // An agent may have put a repository of its own in the place of ours.
    if ((await readLine(file)) !== link) {
      await rm(file, { recursive: true, force: true });
      await writeFile(file, `${link}\n`);
    }
    await rm(join(admin, 'index.lock'), { force: true });
    const draft = join(admin, `index-${randomUUID()}`);
    await copyFile(join(admin, 'troupe-index'), draft);
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

  const add = async (key: string, commit: string): Promise<SandboxRef> => {
    const path = join(home, idOf(key));
    await mkdir(home, { recursive: true });
    const reason = `${mark}${encodeURIComponent(key)}`;
    await exclusively('opening a sandbox', async () => {
      await clear(path, idOf(key));
      const how = ['--detach', '--no-checkout', '--lock', '--reason', reason];
      await ground.objects.tell(['worktree', 'add', '--quiet', ...how, path, commit]);
    });
    return { key, path };
  };

  /** Half of a sandbox, left by a crash or by someone's broom: what is left of its files is captured first. */
  const clear = async (path: string, id: string) => {
    if (existsSync(path)) {
      const names = (await readdir(path)).filter(name => name !== '.git');
      if (names.length > 0) await capturePieces(path, id);
      await rm(path, { recursive: true, force: true });
    }
    await strike(id);
  };

  /** Takes a registration away in one step. */
  const strike = async (id: string) => {
    const gone = join(ground.own, passing('gone'));
    await rename(join(register, id), gone).catch(error => {
      if (existsSync(join(register, id))) throw error;
    });
    await rm(gone, { recursive: true, force: true });
  };

  /** In git's register, and folders of that kind where sandboxes live that are not in it. */
  const survey = async (): Promise<Remains[]> => {
    const ids = await readdir(register).catch(() => []);
    const entries = await Promise.all(
      ids.map(async id => ({ id, found: await registered(id), reason: await readLine(join(register, id, 'locked')) })),
    );
    const ours = entries.filter(({ reason }) => reason?.startsWith(mark));
    const known = ours.map(({ id, found }): Remains => {
      const path = found?.path ?? join(home, id);
      return { key: found?.key ?? null, path, folder: existsSync(path), registered: found !== null };
    });
    const folders = (await readdir(home).catch(() => [])).filter(name => idShape.test(name));
    const loose = folders.map(name => join(home, name)).filter(path => known.every(entry => entry.path !== path));
    return [...known, ...loose.map((path): Remains => ({ key: null, path, folder: true, registered: false }))];
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
    const admin = join(register, idOf(sandbox.key));
    await Promise.all(begun.map(name => rm(join(admin, name), { recursive: true, force: true })));
  };

  const capture = async ({ key, pin }: { key: string; pin?: string }) => {
    const tree = await captureFiles(ground, inside(await find(key)));
    if (pin === undefined) return { tree, ref: null };
    return { tree, ref: await pinTree(ground, pin, tree) };
  };

  return {
    exclusively,
    find,
    pathOf: key => join(home, idOf(key)),
    has: async key => existsSync(join(register, idOf(key))),
    open: ({ key, tree, head }) =>
      turns.take(key, async () => {
        const commit = head ?? (await headFor(tree));
        const found = await existing(key);
        const sandbox = found ?? (await add(key, commit));
        if (found !== null) await tidy(found, commit);
        await lay(sandbox, tree);
        return sandbox;
      }),
    capture: options => turns.take(options.key, () => capture(options)),
    restore: ({ key, tree }) => turns.take(key, async () => lay(await find(key), tree)),
    remove: ({ key, pin }) =>
      turns.take(key, async () => {
        const found = await existing(key);
        if (found !== null && pin !== null) await capture({ key, pin });
        await exclusively('removing a sandbox', async () => {
          // The folder goes in one step; what a crash leaves after it is a registration, which the next time clears.
          if (found !== null)
            await rename(found.path, join(dirname(found.path), `${gone}${idOf(key)}-${randomUUID()}`));
          await strike(idOf(key));
        });
        await sweep(found === null ? home : dirname(found.path));
      }),
    survey,
    clear: path =>
      exclusively('clearing up after a sandbox', async () => {
        const half = (await survey()).find(entry => entry.path === path && !(entry.folder && entry.registered));
        if (half !== undefined) await clear(path, basename(path));
      }),
    async list() {
      const ids = await readdir(register).catch(() => []);
      const found = await Promise.all(ids.map(id => registered(id)));
      return found
        .filter(entry => entry !== null)
        .filter(({ key, path }) => !key.startsWith('landing/') && existsSync(path));
    },
  };
}

/** Deletes what was removed, here or before a crash: all of it is captured. */
async function sweep(home: string): Promise<void> {
  const left = (await readdir(home).catch(() => [])).filter(name => name.startsWith(gone));
  await Promise.all(left.map(name => rm(join(home, name), { recursive: true, force: true, maxRetries: 3 })));
}
