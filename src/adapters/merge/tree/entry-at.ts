import type { BytePath } from './merge-output.ts';
import { type Entry, isDirectory, type Objects } from './objects.ts';

/** The entry at a path, or null. */
export async function entryAt(objects: Objects, tree: string, path: BytePath): Promise<Entry | null> {
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
