/**
 * A writable git tree: changes are kept in memory until they are written as a tree. Blobs are written at once,
 * folders are read on first access.
 */
import type { ObjectDatabase, TreeEntry } from '../../../merge/tree/objects.ts';
import { isDirectory, submoduleMode } from '../../../merge/tree/objects.ts';

/** The node at a path. A changed folder has no id until it is written. */
export type OverlayNode = { mode: string; oid: string } | OverlayFolder;

interface OverlayFolder {
  mode: typeof folderMode;
  /** The tree as written; null since it changed. */
  oid: string | null;
  /** By name, as bytes in latin1; null: not read yet. */
  entries: Map<string, OverlayNode> | null;
}

const folderMode = '40000';
const linkMode = '120000';

export const isFolder = (node: OverlayNode): node is OverlayFolder => node.mode === folderMode;
export const isLink = ({ mode }: OverlayNode): boolean => mode === linkMode;
export const isSubmodule = ({ mode }: OverlayNode): boolean => mode === submoduleMode;

export interface TreeOverlay {
  /** Returns the node at a path; the root is a folder. */
  at(parts: readonly string[]): Promise<OverlayNode | null>;
  /** Returns the names in a folder, in git's order. */
  entries(folder: OverlayNode): Promise<[name: string, OverlayNode][]>;
  content(node: OverlayNode): Promise<Buffer>;
  /**
   * Writes a file at a path, and creates its folders. Returns false, without changes, when a file is where a folder
   * is needed.
   */
  write(parts: readonly string[], content: Buffer, mode: string): Promise<boolean>;
  remove(parts: readonly string[]): Promise<void>;
  /** Returns the whole content as a tree. */
  tree(): Promise<string>;
}

export function createOverlay(objects: ObjectDatabase, tree: string): TreeOverlay {
  const root: OverlayFolder = { mode: folderMode, oid: tree, entries: null };

  const load = async (folder: OverlayFolder): Promise<Map<string, OverlayNode>> => {
    folder.entries ??= new Map(
      (folder.oid === null ? [] : await objects.entries(folder.oid)).map(entry => [entry.name, nodeOf(entry)]),
    );
    return folder.entries;
  };

  const at = async (parts: readonly string[]): Promise<OverlayNode | null> => {
    let node: OverlayNode = root;
    for (const part of parts.map(bytesOf)) {
      if (!isFolder(node)) return null;
      const next = (await load(node)).get(part);
      if (next === undefined) return null;
      node = next;
    }
    return node;
  };

  /** Returns the content of a path's folder. Marks it and its parents as changed. */
  const open = async (parts: readonly string[]): Promise<Map<string, OverlayNode> | null> => {
    const way: { folder: OverlayFolder; part: string; into: Map<string, OverlayNode> }[] = [];
    let entries = await load(root);
    for (const part of parts.slice(0, -1).map(bytesOf)) {
      const folder = entries.get(part) ?? { mode: folderMode, oid: null, entries: new Map() };
      if (!isFolder(folder)) return null;
      way.push({ folder, part, into: entries });
      entries = await load(folder);
    }
    root.oid = null;
    for (const { folder, part, into } of way) {
      folder.oid = null;
      into.set(part, folder);
    }
    return entries;
  };

  /** Writes a folder as a tree; null when it is empty, which git cannot store. */
  const written = async (folder: OverlayFolder): Promise<string | null> => {
    if (folder.oid !== null) return folder.oid;
    const entries: TreeEntry[] = [];
    const inside = await load(folder);
    for (const [name, node] of inside) {
      const oid = isFolder(node) ? await written(node) : node.oid;
      if (oid === null) inside.delete(name);
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
      const entries = await open(parts);
      entries?.set(lastOf(parts), { mode, oid: await objects.write('blob', content, tree) });
      return entries !== null;
    },
    async remove(parts) {
      (await open(parts))?.delete(lastOf(parts));
    },
    tree: async () => (await written(root)) ?? tree,
  };
}

const lastOf = (parts: readonly string[]) => bytesOf(parts.at(-1) ?? '');

function nodeOf(entry: TreeEntry): OverlayNode {
  return isDirectory(entry)
    ? { mode: folderMode, oid: entry.oid, entries: null }
    : { mode: entry.mode, oid: entry.oid };
}

/** Names are bytes in git and text for tools. */
const textOf = (name: string) => Buffer.from(name, 'latin1').toString('utf8');
const bytesOf = (name: string) => Buffer.from(name, 'utf8').toString('latin1');
