/**
 * Changes your files from one tree to another: all of them or none, and never over your own changes.
 *
 * C1. Before: a staged or modified file, or any file where a new one goes (ignored files too), refuses the move if
 *     the move touches it, as in `git merge`. Other changes stay.
 * C2. The move itself is git's two-tree `read-tree -m -u`, which checks every file before it writes the first, and
 *     does not touch files that are equal in both trees.
 * C3. After a crash in the middle, each file of the move must be in its old state, its new state, absent, or the
 *     start of its new content; anything else is your change, and refuses. Then the move is repeated from its start.
 */

import { existsSync } from 'node:fs';
import { lstat, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileChange } from '../../../model/change.ts';
import { commandHint } from '../../../model/command-hint.ts';
import { TroupeError } from '../../../model/errors.ts';
import { shellQuote } from '../../../model/shell-quote.ts';
import { type Git, stderrOfError } from './git.ts';
import type { ProjectRepository } from './repository.ts';
import { withTempIndex } from './temp-index.ts';

export interface CheckoutMove {
  ground: ProjectRepository;
  /** Set to your files and their index. */
  files: Git;
  from: string;
  to: string;
  changes: readonly FileChange[];
}

/** @throws {TroupeError} DIRTY_CHECKOUT naming files with changes that the move would touch */
export async function assertClean({ ground, files, changes }: CheckoutMove): Promise<void> {
  const operations = ['MERGE_HEAD', 'rebase-merge', 'rebase-apply', 'CHERRY_PICK_HEAD', 'REVERT_HEAD'];
  const found = operations.filter(name => existsSync(join(ground.gitDir, name)));
  if (found.length > 0) throw dirtyCheckoutError(ground, found, 'a merge, rebase or pick is under way in the checkout');
  const status = await statusOf(files);
  const unmerged = status.filter(({ state }) => /U|AA|DD/.test(state)).map(({ path }) => path);
  if (unmerged.length > 0) throw dirtyCheckoutError(ground, unmerged, 'files in the checkout have conflicts');
  const ours = new Set(changes.map(change => change.path));
  const changed = status.map(({ path }) => path).filter(path => ours.has(path));
  if (changed.length > 0)
    throw dirtyCheckoutError(ground, changed, 'files that the result touches have changes that are not committed');
  await assertSpace(ground, changes);
}

/** Returns tracked files with uncommitted changes, staged or not. */
export async function uncommitted(files: Git): Promise<string[]> {
  return (await statusOf(files)).map(({ path }) => path);
}

async function statusOf(files: Git): Promise<{ state: string; path: string }[]> {
  const lines = await files.fields([
    ...['status', '--porcelain=v1', '-z', '--untracked-files=no', '--no-renames', '--ignore-submodules=dirty'],
  ]);
  return lines.map(line => ({ state: line.slice(0, 2), path: line.slice(3) }));
}

/** @throws {TroupeError} DIRTY_CHECKOUT when a new file would overwrite an untracked one */
export async function assertSpace(ground: ProjectRepository, changes: readonly FileChange[]): Promise<void> {
  const leaving = new Set(changes.filter(change => change.operation === 'deleted').map(change => change.path));
  const inTheWay = new Set<string>();
  for (const { path } of changes.filter(change => change.operation === 'added')) {
    for (const place of await occupied(ground.root, path)) if (!leaving.has(place)) inTheWay.add(place);
  }
  if (inTheWay.size > 0)
    throw dirtyCheckoutError(ground, [...inTheWay], 'untracked files are in the way of files of the result');
}

/** Replaces the files of `from` by those of `to`, and updates the index. @throws {TroupeError} DIRTY_CHECKOUT, LOCK_CONFLICT */
export async function moveFiles({ ground, files, from, to }: CheckoutMove): Promise<void> {
  // Timestamps may differ while the content is equal.
  await files.tryRun(['update-index', '-q', '--refresh']);
  await files.exec(['read-tree', '-m', '-u', from, to]).catch(error => {
    const message = stderrOfError(error);
    if (/index\.lock/.test(message)) {
      throw new TroupeError('LOCK_CONFLICT', 'another git is at work in the checkout, or left its lock behind', {
        where: join(ground.gitDir, 'index.lock'),
        hints: [`rm ${shellQuote(join(ground.gitDir, 'index.lock'))}  # when no git is running`],
        cause: error,
      });
    }
    if (/not uptodate|would be overwritten|would be removed|would lose/i.test(message)) {
      throw dirtyCheckoutError(
        ground,
        message.split('\n').map(line => line.trim()),
        'files changed while the result was being applied',
      );
    }
    throw error;
  });
}

/** Completes a move that a crash interrupted. @throws {TroupeError} DIRTY_CHECKOUT when you changed files in between */
export async function finishMove(move: CheckoutMove): Promise<void> {
  const { ground, files, from, to, changes } = move;
  await files.tryRun(['update-index', '-q', '--refresh']);
  const [staged, stagedAfter] = await Promise.all([stagedBeyond(move, from), stagedBeyond(move, to)]);
  const stale = await unfinished(move);
  const foreign = [...(staged.length > 0 ? stagedAfter : []), ...stale.foreign];
  if (foreign.length > 0) throw dirtyCheckoutError(ground, foreign, 'files changed after an apply was interrupted');
  // git writes its index last: while it is the old one, restore the files and move them again from the start.
  const isMoved = stagedAfter.length === 0;
  const gone = changes.filter(({ operation }) => operation === (isMoved ? 'deleted' : 'added'));
  for (const { path } of gone) await removeFile(ground.root, path);
  await writeFiles(files, isMoved ? stale.notAfter : stale.notBefore);
  if (!isMoved) await moveFiles(move);
}

/** Returns paths of the move whose staged content differs from a tree. */
async function stagedBeyond({ files, changes }: CheckoutMove, tree: string): Promise<string[]> {
  const ours = new Set(changes.map(change => change.path));
  const staged = await files.fields(['diff-index', '--cached', '--name-only', '-z', tree]);
  return staged.filter(path => ours.has(path));
}

/** Returns paths of the move that differ from the old state, from the new one, and from both. */
async function unfinished({ ground, files, from, to, changes }: CheckoutMove) {
  const [differsFrom, differsTo] = await Promise.all([differing(ground, files, from), differing(ground, files, to)]);
  const ours = new Set(changes.map(change => change.path));
  const found = { notBefore: [] as string[], notAfter: [] as string[], foreign: [] as string[] };
  for (const { path, operation } of changes) {
    const asBefore = operation !== 'added' && !differsFrom.has(path);
    const asAfter = operation !== 'deleted' && !differsTo.has(path);
    if (operation !== 'added' && !asBefore) found.notBefore.push(path);
    if (operation !== 'deleted' && !asAfter) found.notAfter.push(path);
    if (!asBefore && !asAfter && (await isForeign(path, operation))) found.foreign.push(path);
  }
  return found;

  async function isForeign(path: string, operation: FileChange['operation']): Promise<boolean> {
    const there = await lstat(join(ground.root, path)).catch(() => null);
    if (there === null) return false;
    // A folder whose files all belong to the move: a file replaces a folder or the reverse.
    if (there.isDirectory()) return (await occupied(ground.root, path)).some(place => !ours.has(place));
    return operation === 'deleted' || !(await isPartialWrite(ground, path, to));
  }
}

/** Writes files from the index, except those outside of a sparse checkout. */
async function writeFiles(files: Git, paths: readonly string[]): Promise<void> {
  const listed = await files.fields(['ls-files', '-t', '-z']);
  const left = new Set(listed.filter(line => line.startsWith('S ')).map(line => line.slice(2)));
  const wanted = paths.filter(path => !left.has(path));
  if (wanted.length === 0) return;
  const input = wanted.map(path => `${path}\0`).join('');
  await files.exec(['checkout-index', '--force', '--index', '--quiet', '-z', '--stdin'], { input });
}

/** Also removes folders that become empty. */
async function removeFile(root: string, path: string): Promise<void> {
  const found = await lstat(join(root, path)).catch(() => null);
  if (found === null || found.isDirectory()) return;
  await rm(join(root, path));
  for (let above = dirname(path); above !== '.'; above = dirname(above)) {
    const isGone = await rmdir(join(root, above)).then(
      () => true,
      () => false,
    );
    if (!isGone) return;
  }
}

/** Returns paths of a tree whose file is absent or differs, as git compares (with line ends and filters). */
function differing(ground: ProjectRepository, files: Git, tree: string): Promise<Set<string>> {
  return withTempIndex(ground, files, async git => {
    await git.exec(['read-tree', tree]);
    await git.tryRun(['update-index', '-q', '--refresh']);
    return new Set(await git.fields(['diff-files', '--name-only', '-z', '--ignore-submodules=dirty']));
  });
}

async function isPartialWrite({ root, objects }: ProjectRepository, path: string, tree: string): Promise<boolean> {
  const [found, wanted] = await Promise.all([
    readFile(join(root, path)).catch(() => null),
    objects.run(['cat-file', 'blob', `${tree}:${path}`]),
  ]);
  return found !== null && found.length < wanted.stdout.length && wanted.stdout.subarray(0, found.length).equals(found);
}

/** Returns what is at the path of a new file: the file itself, files below it, or a file where a folder must be. */
async function occupied(root: string, path: string): Promise<string[]> {
  for (let above = dirname(path); above !== '.'; above = dirname(above)) {
    const found = await lstat(join(root, above)).catch(() => null);
    if (found !== null && !found.isDirectory()) return [above];
  }
  const found = await lstat(join(root, path)).catch(() => null);
  if (found === null) return [];
  if (!found.isDirectory()) return [path];
  const below = await readdir(join(root, path), { recursive: true, withFileTypes: true });
  return below
    .filter(entry => !entry.isDirectory())
    .map(entry => join(entry.parentPath, entry.name).slice(root.length + 1));
}

function dirtyCheckoutError(ground: ProjectRepository, files: readonly string[], why: string): TroupeError {
  const git = ground.kind === 'git';
  const shown = files.slice(0, 5).join(', ');
  const more = files.length > 5 ? ` and ${files.length - 5} more` : '';
  // Of several projects, the affected one may not be in the current folder.
  const here = `git -C ${shellQuote(ground.root)} stash`;
  return new TroupeError('DIRTY_CHECKOUT', `${why}: ${shown}${more}`, {
    where: ground.root,
    hints: [
      ...(git ? [commandHint('plan apply', { options: { branch: null } })] : []),
      commandHint('plan apply', { options: { patch: null } }),
      ...(git ? [commandHint('plan apply', { before: `${here} --include-untracked`, after: `${here} pop` })] : []),
    ],
    details: { files: [...files] },
  });
}
