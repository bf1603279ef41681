/**
 * Files that set-up made in a sandbox and git does not ignore. They reach programs and are no part of what the sandbox
 * holds, until one is changed: then that file is captured like any other.
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

/** Holds the entries as JSON, beside the index. */
const setupFilesName = 'troupe-made';

const fileOf = ({ location: { index = '' } }: Git) => join(dirname(index), setupFilesName);

async function readSetupFiles(git: Git): Promise<SetupFile[]> {
  return JSON.parse((await readLine(fileOf(git))) ?? '[]');
}

/** Notes what is in the index and not in `before`, and takes it out of the index. */
export async function recordSetupFiles(git: Git, before: string): Promise<void> {
  const fields = await git.fields(['diff-index', '--cached', '--no-renames', '--diff-filter=A', '-z', before]);
  const made: SetupFile[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [, mode = '', , oid = ''] = (fields[at] ?? '').split(' ');
    made.push({ mode, oid, path: fields[at + 1] ?? '' });
  }
  await writeFileAtomic(fileOf(git), JSON.stringify(made));
  await dropFromIndex(
    git,
    made.map(({ path }) => path),
  );
}

/** Takes those out of the index that are as set-up made them. */
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
 * Puts them back as set-up made them, and keeps them while `work` removes what git does not know. A file of the tree in the
 * index comes before one that set-up made.
 */
export async function withSetupFiles(git: Git, work: () => Promise<void>): Promise<void> {
  const made = await readSetupFiles(git);
  if (made.length === 0) return work();
  const known = new Set(await git.fields(['ls-files', '-z']));
  const kept = made.filter(({ path }) => !known.has(path));
  const paths = kept.map(({ path }) => path);
  const input = kept.map(({ mode, oid, path }) => `${mode} ${oid} 0\t${path}\0`).join('');
  const { code } = await git.tryRun(['update-index', '-z', '--index-info'], { input });
  // git refuses a file where the tree has a folder, and the other way round; then the tree is what counts.
  if (code !== 0) return work();
  await git.tryRun(['checkout-index', '--force', '-z', '--stdin'], { input: nulled(paths) });
  await work();
  await dropFromIndex(git, paths);
}

/** Takes paths out of the index; not by leaving them out, which git refuses for those it ignores. */
export async function dropFromIndex(git: Git, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  await git.exec(['update-index', '--force-remove', '-z', '--stdin'], { input: nulled(paths) });
}

const nulled = (paths: readonly string[]) => paths.map(path => `${path}\0`).join('');
