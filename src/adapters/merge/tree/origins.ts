import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { entryAt } from './entry-at.ts';
import type { BytePath } from './merge-output.ts';
import type { ObjectDatabase, TreeEntry } from './objects.ts';
import { gitEnvironment, type Repository } from './repository.ts';

const run = promisify(execFile);

/** The three trees of a merge. */
export interface Trees {
  base: string;
  ours: string;
  theirs: string;
}

/** Returns each side's version of the file at the merged `path`, following renames. */
export async function findOrigins(
  { repository, objects, trees }: { repository: Repository; objects: ObjectDatabase; trees: Trees },
  path: BytePath,
): Promise<Record<keyof Trees, TreeEntry | null>> {
  const at = (side: keyof Trees, where: BytePath) => entryAt(objects, trees[side], where);
  const [base, ours, theirs] = [await at('base', path), await at('ours', path), await at('theirs', path)];
  if (base !== null || (ours === null) === (theirs === null)) return { base, ours, theirs };
  const renamer = ours === null ? 'theirs' : 'ours';
  const former = await formerPath(repository, trees.base, trees[renamer], path);
  if (former === null) return { base, ours, theirs };
  const found = { base: await at('base', former), ours, theirs };
  const other = renamer === 'ours' ? 'theirs' : 'ours';
  return { ...found, [other]: await at(other, former) };
}

/**
 * Returns the path of a file before one side renamed it, as git finds renames. Rarely needed, so it starts a process
 * of its own.
 */
async function formerPath(
  { gitDir, env }: Repository,
  base: string,
  side: string,
  path: BytePath,
): Promise<BytePath | null> {
  const words = ['diff-tree', '-r', '-M', '-l0', '-z', '--name-status', '--diff-filter=R', base, side];
  const options = { env: gitEnvironment(env), encoding: 'latin1', maxBuffer: 1 << 28 } as const;
  const { stdout } = await run('git', ['--git-dir', gitDir, ...words], options);
  const fields = stdout.split('\0');
  for (let at = 0; at + 2 < fields.length; at += 3) if (fields[at + 2] === path) return fields[at + 1] ?? null;
  return null;
}
