/**
 * Sandboxes stored as a tree in git, on top of those with a folder.
 *
 * T1. A record names the tree. While it exists it takes precedence over any folder.
 * T2. A sandbox becomes a folder when one is needed, and stays one: first all its files are written, then the record
 *     is removed. After an interruption this is repeated.
 * T3. Writes since the last capture are lost with the process, because an unfinished call is undone anyway.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxRef } from '../../../../model/effects.ts';
import type { Files } from '../../../../ports/files.ts';
import type { CheckoutOptions, SandboxKind } from '../../../../ports/project.ts';
import { directoryFiles } from '../../../files/directory-files.ts';
import type { ObjectDatabase } from '../../../merge/tree/objects.ts';
import { excludesFiles } from '../checkout-options.ts';
import { createKeyedMutex } from '../keyed-mutex.ts';
import { pinObject } from '../pins.ts';
import type { ProjectRepository } from '../repository.ts';
import type { Sandboxes } from '../sandboxes.ts';
import { tempName } from '../temp-files.ts';
import { sandboxId } from '../worktree-registry.ts';
import type { CheckoutFilters } from './checkout-filters.ts';
import { createOverlay, type TreeOverlay } from './overlay.ts';
import { treeFiles } from './tree-files.ts';

export interface AllSandboxes extends Sandboxes {
  open(options: {
    key: string;
    tree: string;
    head?: string;
    kind?: SandboxKind;
    checkout?: CheckoutOptions;
  }): Promise<SandboxRef>;
  /** Returns the sandbox with its folder, which is created when there is none. */
  folder(key: string): Promise<SandboxRef>;
  files(key: string): Files;
}

interface TreeSandboxRecord {
  key: string;
  tree: string;
  /** For the folder, once it is needed. */
  checkout: CheckoutOptions;
}

export function withTreeSandboxes(
  folders: Sandboxes,
  { ground, objects, likeness }: { ground: ProjectRepository; objects: ObjectDatabase; likeness: CheckoutFilters },
): AllSandboxes {
  const records = join(ground.commonDir, 'troupe-trees');
  const turns = createKeyedMutex();
  const overlays = new Map<string, TreeOverlay>();
  const fileOf = (key: string) => join(records, sandboxId(key));

  const recordAt = async (file: string): Promise<TreeSandboxRecord | null> => {
    const text = await readFile(file, 'utf8').catch(() => null);
    return text === null ? null : JSON.parse(text);
  };
  const isTree = async (key: string) => overlays.has(key) || (await recordAt(fileOf(key))) !== null;

  const keep = async (record: TreeSandboxRecord) => {
    const draft = join(ground.own, tempName('tree'));
    await mkdir(records, { recursive: true });
    await writeFile(draft, JSON.stringify(record));
    await rename(draft, fileOf(record.key));
  };

  const lay = async ({ key, tree, checkout }: TreeSandboxRecord) => {
    const oid = await objects.treeOf(tree);
    await keep({ key, tree: oid, checkout });
    overlays.set(key, createOverlay(objects, oid));
    return { key, path: folders.pathOf(key) };
  };

  const overlayAt = async (key: string): Promise<TreeOverlay | null> => {
    const open = overlays.get(key);
    if (open !== undefined) return open;
    const record = await recordAt(fileOf(key));
    if (record === null) return null;
    const overlay = createOverlay(objects, record.tree);
    overlays.set(key, overlay);
    return overlay;
  };

  const capture = async (key: string, overlay: TreeOverlay): Promise<string> => {
    const tree = await overlay.tree();
    const record = await recordAt(fileOf(key));
    if (record?.tree !== tree) await keep({ key, tree, checkout: record?.checkout ?? {} });
    return tree;
  };

  const forget = async (key: string) => {
    overlays.delete(key);
    await rm(fileOf(key), { force: true });
  };

  const folder = (key: string) =>
    turns.run(key, async () => {
      const overlay = await overlayAt(key);
      if (overlay === null) return folders.find(key);
      const tree = await capture(key, overlay);
      const sandbox = await folders.open({ key, tree, checkout: (await recordAt(fileOf(key)))?.checkout ?? {} });
      await forget(key);
      return sandbox;
    });

  const files = (key: string): Files => ({
    async at(path, options) {
      const overlay = await overlayAt(key);
      const toFolder = async () => directoryFiles((await folder(key)).path);
      const inTree = overlay === null ? await toFolder() : treeFiles(overlay, likeness, toFolder);
      return inTree.at(path, options);
    },
  });

  const found = async () => {
    const names = await readdir(records).catch(() => []);
    const known = await Promise.all(names.map(async name => ({ name, record: await recordAt(join(records, name)) })));
    return known.flatMap(({ name, record }) =>
      record === null ? [] : [{ key: record.key, path: folders.pathOf(record.key), record: join(records, name) }],
    );
  };

  return {
    ...folders,
    folder,
    async equip(options) {
      await folder(options.key);
      return folders.equip(options);
    },
    files,
    open: ({ kind = 'folder', ...options }) =>
      turns.run(options.key, async () => {
        const { key, tree } = options;
        const record = await recordAt(fileOf(key));
        const checkout = options.checkout ?? record?.checkout ?? {};
        const mayBeTree = kind === 'tree' && !excludesFiles(ground, checkout);
        if (mayBeTree && (record !== null || !(await folders.has(key)))) return lay({ key, tree, checkout });
        const sandbox = await folders.open(record === null ? options : { ...options, checkout });
        await forget(key);
        return sandbox;
      }),
    find: async key => ((await isTree(key)) ? { key, path: folders.pathOf(key) } : folders.find(key)),
    capture: options =>
      turns.run(options.key, async () => {
        const overlay = await overlayAt(options.key);
        if (overlay === null) return folders.capture(options);
        const tree = await capture(options.key, overlay);
        return { tree, ref: options.pin === undefined ? null : await pinObject(ground, options.pin, tree) };
      }),
    restore: options =>
      turns.run(options.key, async () => {
        const record = await recordAt(fileOf(options.key));
        if (record === null) await folders.restore(options);
        else await lay({ ...record, tree: options.tree });
      }),
    remove: ({ key, pin }) =>
      turns.run(key, async () => {
        const overlay = await overlayAt(key);
        if (overlay === null) return folders.remove({ key, pin });
        const tree = await capture(key, overlay);
        if (pin !== null) await pinObject(ground, pin, tree);
        // From a conversion to a folder that was interrupted.
        if (await folders.has(key)) await folders.remove({ key, pin: null });
        await forget(key);
      }),
    async list() {
      const trees = (await found()).map(({ key, path }) => ({ key, path }));
      const others = (await folders.list()).filter(({ key }) => trees.every(tree => tree.key !== key));
      return [...trees, ...others];
    },
    async survey() {
      const trees = await found();
      const others = (await folders.survey()).filter(({ key }) => trees.every(tree => tree.key !== key));
      return [...trees.map(tree => ({ ...tree, folder: true, registered: true })), ...others];
    },
  };
}
