/**
 * Does what `git write-tree` does, without starting git: changed folders are written as loose objects, the others are
 * known from the index. Starting git costs more than all other work for a small checkpoint.
 *
 * I1. The result is byte for byte the tree git would write, or null, and then git is asked.
 * I2. As in git, a tree that references a missing object is never returned.
 */
import { readFile } from 'node:fs/promises';
import { contentOfTree, directoryMode, submoduleMode, type TreeEntry } from '../../merge/tree/objects.ts';
import { type CachedTree, type IndexFile, readIndex, unknownTree } from './index-file.ts';
import { objectId } from './loose-object.ts';
import type { ProjectRepository } from './repository.ts';

/** Above this git is faster; it also updates the cache tree in the index, so that the next call has less to do. */
const foldersMax = 16;
const entriesMax = 500;

/** Returns the tree of an index file. @throws {TroupeError} of the disk */
export async function treeOfIndex({ database, oidLength }: ProjectRepository, file: string): Promise<string | null> {
  const bytes = await readFile(file).catch(() => null);
  const index = bytes === null ? null : readIndex(bytes, oidLength);
  const built = index === null ? null : build(index, oidLength);
  if (built === null) return null;
  const [isWhole] = await Promise.all([
    database.hasAll(built.named),
    ...built.trees.map(content => database.write('tree', content, built.oid)),
  ]);
  return isWhole ? built.oid : null;
}

interface Built {
  oid: string;
  /** Contents to write. */
  trees: Buffer[];
  /** Objects referenced by these and not among them. */
  named: string[];
}

function build(index: IndexFile, oidLength: number): Built | null {
  if (index.root.count === index.count) return { oid: index.root.oid, trees: [], named: [index.root.oid] };
  const like = '0'.repeat(oidLength * 2);
  const trees: Buffer[] = [];
  const named: string[] = [];
  const isTooMuch = () => trees.length > foldersMax || named.length > entriesMax;
  let at = 0;
  /** Returns the tree of the files from here on with this path prefix. */
  const folder = (prefix: string, cached: CachedTree): string => {
    const entries: TreeEntry[] = [];
    while (at < index.count && !isTooMuch()) {
      const path = index.path(at);
      if (!path.startsWith(prefix)) break;
      const slash = path.indexOf('/', prefix.length);
      const name = path.slice(prefix.length, slash < 0 ? undefined : slash);
      const known = cached.children.get(name) ?? unknownTree;
      if (slash < 0) {
        const mode = index.mode(at);
        const oid = index.oid(at);
        if (mode !== submoduleMode) named.push(oid);
        entries.push({ mode, name, oid });
        at += 1;
      } else if (known.count === null) {
        entries.push({ mode: directoryMode, name, oid: folder(`${prefix}${name}/`, known) });
      } else {
        named.push(known.oid);
        entries.push({ mode: directoryMode, name, oid: known.oid });
        at += known.count;
      }
    }
    const content = contentOfTree(entries);
    trees.push(content);
    return objectId({ type: 'tree', content, like });
  };
  const oid = folder('', index.root);
  return at === index.count && !isTooMuch() ? { oid, trees, named } : null;
}
