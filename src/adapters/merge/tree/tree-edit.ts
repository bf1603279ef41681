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

/** Puts an entry at a path (null takes it away) and gives the new tree. Folders on the way must exist and do not become empty. */
export async function withEntry(
  objects: Objects,
  tree: string,
  path: BytePath,
  entry: { mode: string; oid: string } | null,
): Promise<string> {
  const [name = '', ...rest] = path.split('/');
  const entries = await objects.entries(tree);
  const others = entries.filter(each => each.name !== name);
  if (rest.length === 0) {
    return objects.writeTree(entry === null ? others : [...others, { ...entry, name }], tree);
  }
  const folder = entries.find(each => each.name === name);
  if (folder === undefined) throw new TypeError(`there is no folder ${name} in tree ${tree}`);
  const oid = await withEntry(objects, folder.oid, rest.join('/'), entry);
  return objects.writeTree([...others, { ...folder, oid }], tree);
}
