/** The sandboxes that are trees without a folder: a record of each on disk, and its changes since the last capture in memory. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckoutOptions } from '../../../../ports/project-sandboxes.ts';
import type { ObjectDatabase } from '../../../merge/tree/objects.ts';
import type { ProjectRepository } from '../repository.ts';
import { tempName } from '../temp-files.ts';
import { sandboxId } from '../worktree-registry.ts';
import { createOverlay, type TreeOverlay } from './overlay.ts';

export interface TreeSandboxRecord {
  key: string;
  tree: string;
  /** For the folder, once it is needed. */
  checkout: CheckoutOptions;
}

export interface SandboxTrees {
  /** Returns the record of a sandbox; null when it is no tree. */
  record(key: string): Promise<TreeSandboxRecord | null>;
  /** Returns the current files of a sandbox; null when it is no tree. */
  overlay(key: string): Promise<TreeOverlay | null>;
  /** Makes a sandbox this tree, whatever it was. */
  reset(record: TreeSandboxRecord): Promise<void>;
  /** Returns the tree of the current files, which the record names from now on. */
  capture(key: string, overlay: TreeOverlay): Promise<string>;
  remove(key: string): Promise<void>;
  /** Returns all of them, with the path of the record. */
  list(): Promise<{ key: string; file: string }[]>;
}

export function openSandboxTrees(
  { commonDir, own }: Pick<ProjectRepository, 'commonDir' | 'own'>,
  objects: ObjectDatabase,
): SandboxTrees {
  const folder = join(commonDir, 'troupe-trees');
  const overlays = new Map<string, TreeOverlay>();
  const fileOf = (key: string) => join(folder, sandboxId(key));
  const record = (key: string) => readRecord(fileOf(key));

  const save = async (fresh: TreeSandboxRecord) => {
    const draft = join(own, tempName('tree'));
    await mkdir(folder, { recursive: true });
    await writeFile(draft, JSON.stringify(fresh));
    await rename(draft, fileOf(fresh.key));
  };

  return {
    record,
    async overlay(key) {
      const open = overlays.get(key);
      if (open !== undefined) return open;
      const existing = await record(key);
      if (existing === null) return null;
      const overlay = createOverlay(objects, existing.tree);
      overlays.set(key, overlay);
      return overlay;
    },
    async reset({ key, tree, checkout }) {
      const oid = await objects.treeOf(tree);
      await save({ key, tree: oid, checkout });
      overlays.set(key, createOverlay(objects, oid));
    },
    async capture(key, overlay) {
      const tree = await overlay.tree();
      const existing = await record(key);
      if (existing?.tree !== tree) await save({ key, tree, checkout: existing?.checkout ?? {} });
      return tree;
    },
    async remove(key) {
      overlays.delete(key);
      await rm(fileOf(key), { force: true });
    },
    async list() {
      const files = (await readdir(folder).catch(() => [])).map(name => join(folder, name));
      const found = await Promise.all(files.map(async file => ({ file, key: (await readRecord(file))?.key })));
      return found.flatMap(({ key, file }) => (key === undefined ? [] : [{ key, file }]));
    },
  };
}

async function readRecord(file: string): Promise<TreeSandboxRecord | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null ? null : JSON.parse(text);
}
