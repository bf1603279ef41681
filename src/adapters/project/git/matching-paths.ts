import { lstat, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProjectRepository } from './repository.ts';
import { listChanges } from './trees.ts';

/** Returns those of the paths that are in your checkout as in the tree `to`, and different in `from`. */
export async function matchingPaths(
  ground: ProjectRepository,
  { from, to, paths }: { from: string; to: string; paths: readonly string[] },
): Promise<string[]> {
  const wanted = new Set(paths);
  const changed = (await listChanges(ground, from, to)).filter(
    ({ path, before, after }) => wanted.has(path) && before !== after,
  );
  const found: string[] = [];
  for (const { path, after } of changed) {
    if ((await oidInCheckout(ground, path)) === after) found.push(path);
  }
  return found;
}

/** Returns the object git would create for the file, converted by its attributes; null when there is no file. */
async function oidInCheckout({ files, root }: ProjectRepository, path: string): Promise<string | null> {
  const file = join(root, path);
  const found = await lstat(file).catch(() => null);
  if (found === null) return null;
  if (!found.isSymbolicLink() && !found.isFile()) return '';
  const { code, stdout } = found.isSymbolicLink()
    ? await files.tryRun(['hash-object', '--stdin'], { input: await readlink(file, 'buffer') })
    : await files.tryRun(['hash-object', '--', path]);
  return code === 0 ? stdout.toString().trim() : '';
}
