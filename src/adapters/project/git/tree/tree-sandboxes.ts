/**
 * Sandboxes stored as a tree in git, on top of those with a folder.
 *
 * T1. A record names the tree. While it exists it takes precedence over any folder.
 * T2. A sandbox becomes a folder when one is needed, and stays one: first all its files are written, then the record
 *     is removed. After an interruption this is repeated.
 * T3. Writes since the last capture are lost with the process, because an unfinished call is undone anyway.
 */
import type { SandboxRef } from '../../../../model/effects.ts';
import type { Files } from '../../../../ports/files.ts';
import type { CheckoutOptions, SandboxKind } from '../../../../ports/project-sandboxes.ts';
import { directoryFiles } from '../../../files/directory-files.ts';
import type { ObjectDatabase } from '../../../merge/tree/objects.ts';
import { excludesFiles } from '../checkout-options.ts';
import { createKeyedMutex } from '../keyed-mutex.ts';
import { pinObject } from '../pins.ts';
import type { ProjectRepository } from '../repository.ts';
import type { Sandboxes } from '../sandboxes.ts';
import type { SandboxTraces } from '../worktree-registry.ts';
import type { CheckoutFilters } from './checkout-filters.ts';
import { openSandboxTrees, type SandboxTrees } from './sandbox-trees.ts';
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

export function withTreeSandboxes(
  folders: Sandboxes,
  { ground, objects, likeness }: { ground: ProjectRepository; objects: ObjectDatabase; likeness: CheckoutFilters },
): AllSandboxes {
  const turns = createKeyedMutex();
  const trees = openSandboxTrees(ground, objects);
  const refTo = (key: string): SandboxRef => ({ key, path: folders.pathOf(key) });

  const folder = (key: string) =>
    turns.run(key, async () => {
      const overlay = await trees.overlay(key);
      if (overlay === null) return folders.find(key);
      const tree = await trees.capture(key, overlay);
      const sandbox = await folders.open({ key, tree, checkout: (await trees.record(key))?.checkout ?? {} });
      await trees.remove(key);
      return sandbox;
    });

  return {
    ...folders,
    ...listings(folders, trees),
    folder,
    async equip(options) {
      await folder(options.key);
      return folders.equip(options);
    },
    files: key => filesOf(key, { trees, likeness, folder }),
    open: ({ kind = 'folder', ...options }) =>
      turns.run(options.key, async () => {
        const { key, tree } = options;
        const record = await trees.record(key);
        const checkout = options.checkout ?? record?.checkout ?? {};
        const mayBeTree = kind === 'tree' && !excludesFiles(ground, checkout);
        if (mayBeTree && (record !== null || !(await folders.has(key)))) {
          await trees.reset({ key, tree, checkout });
          return refTo(key);
        }
        const sandbox = await folders.open(record === null ? options : { ...options, checkout });
        await trees.remove(key);
        return sandbox;
      }),
    find: async key => ((await trees.overlay(key)) === null ? folders.find(key) : refTo(key)),
    capture: options =>
      turns.run(options.key, async () => {
        const overlay = await trees.overlay(options.key);
        if (overlay === null) return folders.capture(options);
        const tree = await trees.capture(options.key, overlay);
        return { tree, ref: options.pin === undefined ? null : await pinObject(ground, options.pin, tree) };
      }),
    restore: options =>
      turns.run(options.key, async () => {
        const record = await trees.record(options.key);
        if (record === null) await folders.restore(options);
        else await trees.reset({ ...record, tree: options.tree });
      }),
    remove: ({ key, pin }) =>
      turns.run(key, async () => {
        const overlay = await trees.overlay(key);
        if (overlay === null) return folders.remove({ key, pin });
        const tree = await trees.capture(key, overlay);
        if (pin !== null) await pinObject(ground, pin, tree);
        // From a conversion to a folder that was interrupted.
        if (await folders.has(key)) await folders.remove({ key, pin: null });
        await trees.remove(key);
      }),
  };
}

/** Returns the files of a sandbox, which becomes a folder when a tool needs one. */
function filesOf(
  key: string,
  { trees, likeness, folder }: { trees: SandboxTrees; likeness: CheckoutFilters } & Pick<AllSandboxes, 'folder'>,
): Files {
  const toFolder = async () => directoryFiles((await folder(key)).path);
  return {
    async at(path, options) {
      const overlay = await trees.overlay(key);
      const files = overlay === null ? await toFolder() : treeFiles(overlay, likeness, toFolder);
      return files.at(path, options);
    },
  };
}

/** Lists both kinds: what has a record is a tree, also if it has a folder already. */
function listings(folders: Sandboxes, trees: SandboxTrees): Pick<Sandboxes, 'list' | 'survey'> {
  const found = async () => (await trees.list()).map(({ key, file }) => ({ key, path: folders.pathOf(key), file }));
  return {
    async list() {
      const inTrees = (await found()).map(({ key, path }) => ({ key, path }));
      const others = (await folders.list()).filter(({ key }) => inTrees.every(tree => tree.key !== key));
      return [...inTrees, ...others];
    },
    async survey() {
      const inTrees = (await found()).map(
        ({ key, path, file }): SandboxTraces => ({ key, path, record: file, folder: true, registered: true }),
      );
      const others = (await folders.survey()).filter(({ key }) => inTrees.every(tree => tree.key !== key));
      return [...inTrees, ...others];
    },
  };
}
