/**
 * A tree of git that can be written to: what changed is kept here until it is made a tree again. Blobs are written at
 * once, folders are read when somebody looks into them.
 */
import type { Entry, Objects } from '../../merge/tree/objects.ts';
import { isDirectory } from '../../merge/tree/objects.ts';

/** What stands at a path. A folder that was changed has no id until it is written. */
export type Node = { mode: string; oid: string } | Folder;

interface Folder {
  mode: typeof folderMode;
  /** The tree as it was written; null since it changed. */
  oid: string | null;
  /** By name, as bytes in latin1; null: not read yet. */
  entries: Map<string, Node> | null;
}

const folderMode = '40000';
const linkMode = '120000';
const submoduleMode = '160000';

export const isFolder = (node: Node): node is Folder => node.mode === folderMode;
export const isLink = ({ mode }: Node): boolean => mode === linkMode;
export const isSubmodule = ({ mode }: Node): boolean => mode === submoduleMode;

export interface Overlay {
  /** What stands at a path; the whole is a folder. */
  at(parts: readonly string[]): Promise<Node | null>;
  /** Names in a folder, in git's order. */
  entries(folder: Node): Promise<[name: string, Node][]>;
  content(node: Node): Promise<Buffer>;
  /** Puts a file at a path, with the folders it needs. False, and nothing done, when a file stands where a folder is needed. */
  write(parts: readonly string[], content: Buffer, mode: string): Promise<boolean>;
  remove(parts: readonly string[]): Promise<void>;
  /** All of it as a tree. */
  tree(): Promise<string>;
}

export function overlayOf(objects: Objects, tree: string): Overlay {
  const root: Folder = { mode: folderMode, oid: tree, entries: null };

  const load = async (folder: Folder): Promise<Map<string, Node>> => {
    folder.entries ??= new Map(
      (folder.oid === null ? [] : await objects.entries(folder.oid)).map(entry => [entry.name, nodeOf(entry)]),
    );
    return folder.entries;
  };

  const at = async (parts: readonly string[]): Promise<Node | null> => {
    let node: Node = root;
    for (const part of parts.map(bytesOf)) {
      if (!isFolder(node)) return null;
      const next = (await load(node)).get(part);
      if (next === undefined) return null;
      node = next;
    }
    return node;
  };

  /** The folders down to a path's last part, which are no longer what was written. */
  const open = async (parts: readonly string[]): Promise<Folder | null> => {
    const way = [root];
    for (const part of parts.slice(0, -1).map(bytesOf)) {
      const entries = await load(way.at(-1) ?? root);
      const next = entries.get(part) ?? { mode: folderMode, oid: null, entries: new Map() };
      if (!isFolder(next)) return null;
      way.push(next);
    }
    for (const [depth, folder] of way.entries()) {
      folder.oid = null;
      const part = parts[depth - 1];
      if (part !== undefined) way[depth - 1]?.entries?.set(bytesOf(part), folder);
    }
    const last = way.at(-1) ?? root;
    await load(last);
    return last;
  };

  /** A folder as a tree; null when there is nothing in it, which git cannot keep. */
  const written = async (folder: Folder): Promise<string | null> => {
    if (folder.oid !== null) return folder.oid;
    const entries: Entry[] = [];
    for (const [name, node] of await load(folder)) {
      const oid = isFolder(node) ? await written(node) : node.oid;
      if (oid === null) folder.entries?.delete(name);
      else entries.push({ mode: node.mode, name, oid });
    }
    if (entries.length === 0 && folder !== root) return null;
    folder.oid = await objects.writeTree(entries, tree);
    return folder.oid;
  };

  return {
    at,
    entries: async node =>
      (isFolder(node) ? [...(await load(node))] : []).map(([name, entry]) => [textOf(name), entry]),
    content: node => objects.content(node.oid ?? ''),
    async write(parts, content, mode) {
      const folder = await open(parts);
      if (folder === null) return false;
      folder.entries?.set(bytesOf(parts.at(-1) ?? ''), { mode, oid: await objects.write('blob', content, tree) });
      return true;
    },
    async remove(parts) {
      (await open(parts))?.entries?.delete(bytesOf(parts.at(-1) ?? ''));
    },
    tree: async () => (await written(root)) ?? tree,
  };
}

function nodeOf(entry: Entry): Node {
  return isDirectory(entry)
    ? { mode: folderMode, oid: entry.oid, entries: null }
    : { mode: entry.mode, oid: entry.oid };
}

/** Names are bytes in git and text for tools. */
const textOf = (name: string) => Buffer.from(name, 'latin1').toString('utf8');
const bytesOf = (name: string) => Buffer.from(name, 'utf8').toString('latin1');
