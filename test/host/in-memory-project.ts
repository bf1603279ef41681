import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { directoryFiles } from '../../src/adapters/files/directory-files.ts';
import type { SandboxRef } from '../../src/model/effects.ts';
import type { Project } from '../../src/ports/project.ts';

const tree = '1'.repeat(40);

/** A project in memory that never changes: it measures what many plans cost without git. */
export function inMemoryProject(root: string): Project {
  const open = new Map<string, SandboxRef>();
  const sandbox = async (key: string): Promise<SandboxRef> => {
    const found = open.get(key) ?? { key, path: join(root, 'sandbox') };
    mkdirSync(found.path, { recursive: true });
    open.set(key, found);
    return found;
  };
  return {
    root,
    kind: 'directory',
    head: async () => ({ root, kind: 'directory', commit: tree, tree, branch: 'main' }),
    fingerprint: async () => ({ head: tree, index: '', status: {} }),
    matchingPaths: async () => [],
    applyState: async () => ({ markers: '', inProgress: false }),
    spaceFree: async () => 2 ** 40,
    openSandbox: ({ key }) => sandbox(key),
    sandbox,
    materialize: sandbox,
    provision: async ({ key }) => ({ ...(await sandbox(key)), ports: { start: 1, end: 10 }, ready: true }),
    findMissing: async () => ({ include: [], link: [] }),
    submodules: async () => [],
    markProvisioned: async () => undefined,
    filesOf: () => directoryFiles(join(root, 'sandbox')),
    capture: async ({ pin }) => ({ tree, ref: pin === undefined ? null : `refs/troupe/${pin}` }),
    restore: async () => undefined,
    removeSandbox: async ({ key }) => {
      open.delete(key);
    },
    sandboxes: async () => [...open.values()],
    inventory: async () => ({ sandboxes: [], refs: [], leftovers: [] }),
    removeLeftovers: async () => undefined,
    measureRefs: async () => 0,
    unpinAll: async () => undefined,
    loosePins: async () => [],
    archivePins: async () => undefined,
    filterExisting: async oids => [...oids],
    pack: async function* () {},
    unpack: async () => undefined,
    pin: async () => undefined,
    unpin: async () => undefined,
    changes: async ({ alias, from, to }) => ({ alias, baseTree: from, resultTree: to, files: [] }),
    diff: async () => '',
    files: async () => [],
    size: async () => 0,
    read: async () => null,
    blob: async () => Buffer.alloc(0),
    writeBlob: async () => tree,
    writeTree: async () => tree,
    mergeTrees: async () => ({ clean: true, treeOid: tree, engines: {} }),
    mergeDisjoint: async ({ children }) => ({ treeOid: tree, folded: children.length }),
    inspectConflict: async () => ({ content: null, hunks: [] }),
    unresolvedReason: async () => null,
    resolve: async () => tree,
    apply: async () => ({ outcome: 'applied', commits: [tree], files: [] }),
    checkTarget: async () => ({ moved: null }),
    close: async () => undefined,
  };
}
