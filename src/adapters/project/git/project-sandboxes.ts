import { existsSync, realpathSync } from 'node:fs';
import { access, constants, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { ProjectSandboxes } from '../../../ports/project-sandboxes.ts';
import { asDiskError } from '../../fs/disk-error.ts';
import { submodulesOf } from './checkout-options.ts';
import { listResources } from './list-resources.ts';
import type { DefineMethod } from './project-parts.ts';
import { findMissing } from './provision.ts';

export interface ProjectSandboxesOptions {
  /** The folder of the sandboxes. */
  folder: string;
  /** Returns the commit for the HEAD of a sandbox with that tree. @default a commit on top of the project's HEAD */
  headOf?: ((tree: string) => string | undefined) | undefined;
}

/** The methods of a project about its sandboxes. */
export function createProjectSandboxes(
  define: DefineMethod,
  { folder, headOf }: ProjectSandboxesOptions,
): ProjectSandboxes {
  return {
    spaceFree: () => spaceAt(folder),
    openSandbox: define(({ sandboxes }, options) => {
      const head = headOf?.(options.tree);
      return sandboxes.open(head === undefined ? options : { ...options, head });
    }),
    sandbox: define(({ sandboxes }, key) => sandboxes.find(key)),
    materialize: define(({ sandboxes }, key) => sandboxes.folder(key)),
    provision: define(({ sandboxes }, options) => sandboxes.equip(options)),
    findMissing: define(({ ground }, options) => findMissing(ground, options)),
    submodules: define(({ ground }) => submodulesOf(ground)),
    markProvisioned: define(({ sandboxes }, key, before) => sandboxes.equipped(key, before)),
    filesOf: key => ({ at: define(({ sandboxes }, path, options) => sandboxes.files(key).at(path, options)) }),
    capture: define(({ sandboxes }, options) => sandboxes.capture(options)),
    restore: define(({ sandboxes }, options) => sandboxes.restore(options)),
    removeSandbox: define(({ sandboxes }, options) => sandboxes.remove(options)),
    sandboxes: define(({ sandboxes }) => sandboxes.list()),
    inventory: define(({ ground, sandboxes }) => listResources(ground, sandboxes)),
    removeLeftovers: define(({ sandboxes }, path) => sandboxes.clear(path)),
  };
}

/**
 * Returns the free bytes at a folder or at its first existing parent.
 * @throws {TroupeError} READ_ONLY when it cannot be created there
 */
async function spaceAt(folder: string): Promise<number> {
  let existing = resolve(folder);
  while (!existsSync(existing)) existing = dirname(existing);
  try {
    await access(existing, constants.W_OK);
  } catch (thrown) {
    const about = { where: existing, what: `Nothing can be made in ${existing}, where sandboxes live` };
    throw asDiskError(thrown, about);
  }
  const { bavail, bsize } = await statfs(realpathSync(existing));
  return bavail * bsize;
}
