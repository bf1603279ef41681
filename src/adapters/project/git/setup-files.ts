/**
 * Files that the set-up created in a sandbox and git does not ignore. Programs see them, but they are not captured
 * until they change: then they are captured like any other file.
 */
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '../../fs/write-file-atomic.ts';
import type { Git } from './git.ts';
import { readLine } from './repository.ts';

interface SetupFile {
  mode: string;
  oid: string;
  path: string;
}

/** Contains the entries as JSON, next to the index. */
const setupFilesName = 'troupe-made';

const fileOf = ({ location: { index = '' } }: Git) => join(dirname(index), setupFilesName);

async function readSetupFiles(git: Git): Promise<SetupFile[]> {
  return JSON.parse((await readLine(fileOf(git))) ?? '[]');
}

/** Records files that are in the index and not in `before`, and removes them from the index. */
export async function recordSetupFiles(git: Git, before: string): Promise<void> {
  const fields = await git.fields(['diff-index', '--cached', '--no-renames', '--diff-filter=A', '-z', before]);
  const made: SetupFile[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [entry = '', path = ''] = fields.slice(at, at + 2);
    const [, mode = '', , oid = ''] = entry.split(' ');
    made.push({ mode, oid, path });
  }
  await writeFileAtomic(fileOf(git), JSON.stringify(made));
  await dropFromIndex(
    git,
    made.map(({ path }) => path),
  );
}

/** Removes those from the index that are unchanged since the set-up. */
export async function excludeSetupFiles(git: Git): Promise<void> {
  const made = await readSetupFiles(git);
  if (made.length === 0) return;
  const staged = new Set(await git.fields(['ls-files', '--stage', '-z']));
  const unchanged = made.filter(({ mode, oid, path }) => staged.has(`${mode} ${oid} 0\t${path}`));
  await dropFromIndex(
    git,
    unchanged.map(({ path }) => path),
  );
}

/**
 * Restores the set-up's files, and keeps them while `work` removes untracked files. A file of the tree takes
 * precedence over one of the set-up.
 */
export async function withSetupFiles(git: Git, work: () => Promise<void>): Promise<void> {
  const made = await readSetupFiles(git);
  if (made.length === 0) return work();
  const known = new Set(await git.fields(['ls-files', '-z']));
  const kept = made.filter(({ path }) => !known.has(path));
  const paths = kept.map(({ path }) => path);
  const input = kept.map(({ mode, oid, path }) => `${mode} ${oid} 0\t${path}\0`).join('');
  const { code } = await git.tryRun(['update-index', '-z', '--index-info'], { input });
  // git rejects a file where the tree has a folder, and the reverse; then the tree takes precedence.
  if (code !== 0) return work();
  await git.tryRun(['checkout-index', '--force', '-z', '--stdin'], { input: nulled(paths) });
  await work();
  await dropFromIndex(git, paths);
}

/** Removes paths from the index explicitly; git refuses to exclude ignored ones. */
export async function dropFromIndex(git: Git, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  await git.exec(['update-index', '--force-remove', '-z', '--stdin'], { input: nulled(paths) });
}

const nulled = (paths: readonly string[]) => paths.map(path => `${path}\0`).join('');
