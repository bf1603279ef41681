/** Trees and blobs: everything that needs only objects. */

import type { ChangeSet, FileChange } from '../../../model/change.ts';
import { TroupeError } from '../../../model/errors.ts';
import { ascending } from '../../../model/text-order.ts';
import { readable } from '../../merge/tree/merge-output.ts';
import { diffTrees } from '../../merge/tree/tree-diff.ts';
import type { Git } from './git.ts';
import type { ProjectRepository } from './repository.ts';
import { withTempIndex } from './temp-index.ts';

export interface TreeEdit {
  path: string;
  /** null deletes. */
  oid: string | null;
  /** @default the file's mode, or 100644 */
  mode?: string;
}

/** Returns the differences of two trees, or of two commits, in git's order, without starting a process. */
export async function listChanges(
  { database }: Pick<ProjectRepository, 'database'>,
  from: string,
  to: string,
): Promise<FileChange[]> {
  const [before, after] = await Promise.all([database.treeOf(from), database.treeOf(to)]);
  const changes = await diffTrees(tree => database.entries(tree), before, after);
  return changes.sort(ascending(({ path }) => path)).flatMap(({ path, ...sides }): FileChange[] => {
    const [old, fresh] = [sides.before, sides.after].map(entry => entry && { ...entry, mode: plainMode(entry.mode) });
    const file = { path: readable(path), before: old?.oid ?? null, after: fresh?.oid ?? null };
    if (!old) return fresh ? [{ ...file, operation: 'added', mode: fresh.mode }] : [];
    if (!fresh) return [{ ...file, operation: 'deleted', mode: old.mode }];
    const isSame = old.oid === fresh.oid && old.mode === fresh.mode;
    return isSame ? [] : [{ ...file, operation: 'modified', mode: fresh.mode }];
  });
}

/** Old versions of git wrote other permissions than these two. */
function plainMode(mode: string): string {
  if (!mode.startsWith('100')) return mode;
  return (Number.parseInt(mode, 8) & 0o100) === 0 ? '100644' : '100755';
}

export async function changeSet(
  { database }: Pick<ProjectRepository, 'database'>,
  options: { alias: string; from: string; to: string },
): Promise<ChangeSet> {
  const [baseTree, resultTree] = await Promise.all([database.treeOf(options.from), database.treeOf(options.to)]);
  return { alias: options.alias, baseTree, resultTree, files: await listChanges({ database }, baseTree, resultTree) };
}

/** Plumbing, so that user settings do not change the diff. */
export async function unifiedDiff(
  objects: Git,
  { from, to, stat = false, paths = [] }: { from: string; to: string; stat?: boolean; paths?: string[] },
): Promise<string> {
  const form = stat ? ['--stat=100'] : ['-p'];
  const words = ['--literal-pathspecs', 'diff-tree', '-r', '-M', '--no-ext-diff', '--no-color', ...form];
  const { stdout } = await objects.run([...words, `${from}^{tree}`, `${to}^{tree}`, '--', ...paths]);
  return stdout.toString();
}

export function listFiles(objects: Git, tree: string): Promise<string[]> {
  return objects.fields(['ls-tree', '-r', '-z', '--name-only', '--full-tree', tree]);
}

/** Sizes that are remembered: most plans of a project start from one of few trees. */
const sizesMax = 32;

/** Returns the bytes of the files of a tree; links and submodules are not counted. */
export type SizeOfTree = (tree: string) => Promise<number>;

/** A tree never changes, so git is asked once for each. */
export function createSizeOfTree(objects: Pick<Git, 'fields'>): SizeOfTree {
  const sizes = new Map<string, number>();
  return async tree => {
    const known = sizes.get(tree);
    if (known !== undefined) return known;
    const rows = await objects.fields(['ls-tree', '-r', '-l', '-z', '--full-tree', tree]);
    const size = rows.reduce((sum, row) => sum + (Number(/^\d+ blob [0-9a-f]+ +(\d+)\t/.exec(row)?.[1]) || 0), 0);
    const [oldest] = sizes.keys();
    if (oldest !== undefined && sizes.size >= sizesMax) sizes.delete(oldest);
    sizes.set(tree, size);
    return size;
  };
}

export async function writeBlob(objects: Git, content: Buffer): Promise<string> {
  const words = ['hash-object', '-w', '--stdin', '--no-filters'];
  const { stdout } = await objects.run(words, { input: content });
  return stdout.toString().trim();
}

export function editTree(ground: ProjectRepository, base: string, edits: readonly TreeEdit[]): Promise<string> {
  return withTempIndex(ground, ground.objects, async git => {
    await git.exec(['read-tree', base]);
    const modes = edits.some(edit => edit.oid !== null && edit.mode === undefined) ? await modesOf(git, base) : null;
    const lines = edits.map(({ path, oid, mode }) =>
      oid === null
        ? `0 ${'0'.repeat(base.length)}\t${path}`
        : `${mode ?? modes?.get(path) ?? '100644'} ${oid}\t${path}`,
    );
    const input = lines.map(line => `${line}\0`).join('');
    const { stderr } = await git.run(['update-index', '--add', '--replace', '-z', '--index-info'], { input });
    // For an invalid path git prints a message, skips it, and succeeds.
    const ignored = /^Ignoring path (.*)$/m.exec(stderr)?.[1];
    if (ignored !== undefined) {
      throw new TroupeError('USAGE', `${ignored} is not a path a git tree may hold`, { where: ignored });
    }
    return (await git.text(['write-tree'])).trim();
  });
}

async function modesOf(git: Git, tree: string): Promise<Map<string, string>> {
  const entries = await git.fields(['ls-tree', '-r', '-z', '--full-tree', tree]);
  return new Map(
    entries.map(line => {
      const tab = line.indexOf('\t');
      return [line.slice(tab + 1), line.slice(0, 6)];
    }),
  );
}
