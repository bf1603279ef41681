import type { BytePath } from './merge-output.ts';
import { isDirectory, type ObjectDatabase, type TreeEntry } from './objects.ts';

/** Returns the entry at a path, or null. */
export async function entryAt(objects: ObjectDatabase, tree: string, path: BytePath): Promise<TreeEntry | null> {
  let oid = tree;
  const names = path.split('/');
  for (const [depth, name] of names.entries()) {
    const entry = (await objects.entries(oid)).find(each => each.name === name);
    if (entry === undefined) return null;
    if (depth === names.length - 1) return entry;
    if (!isDirectory(entry)) return null;
    oid = entry.oid;
  }
  return null;
}
