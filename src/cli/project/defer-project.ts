import { realpathSync } from 'node:fs';
import { type Project, TroupeError } from '../../index.ts';

/** The methods that return a promise, but for `close`. */
type Method = {
  [Name in keyof Project]-?: Project[Name] extends (...given: never[]) => Promise<unknown> ? Name : never;
}[keyof Project];
type Deferred = Exclude<Method, 'close'>;

/** A record, so that the compiler says which one is missing. */
const deferred: Record<Deferred, true> = {
  ...{ head: true, fingerprint: true, matchingPaths: true, applyState: true, apply: true, checkTarget: true },
  ...{ spaceFree: true, openSandbox: true, materialize: true, provision: true, findMissing: true, submodules: true },
  ...{ markProvisioned: true, sandbox: true, capture: true, restore: true, removeSandbox: true, sandboxes: true },
  ...{ inventory: true, removeLeftovers: true, measureRefs: true, pin: true, unpin: true, unpinAll: true },
  ...{ loosePins: true, archivePins: true, filterExisting: true, unpack: true, changes: true, diff: true, files: true },
  ...{ size: true, read: true, blob: true, writeBlob: true, writeTree: true, mergeTrees: true, mergeDisjoint: true },
  ...{ inspectConflict: true, unresolvedReason: true, resolve: true },
};

/** Returns a project that its first call loads: most commands that only read plans never call it. */
export function deferProject({ root, kind }: Pick<Project, 'root' | 'kind'>, load: () => Promise<Project>): Project {
  let loading: Promise<Project> | null = null;
  let closed = false;
  const loaded = async (): Promise<Project> => {
    if (closed && loading === null) throw new TroupeError('SYSTEM_CLOSED', 'This project was closed', { where: root });
    loading ??= load();
    return loading;
  };
  const methods = Object.keys(deferred).map(name => [
    name,
    async (...given: unknown[]) => Reflect.apply((await loaded())[name as Deferred], undefined, given),
  ]);
  return {
    ...(Object.fromEntries(methods) as Pick<Project, Deferred>),
    root: realpathSync(root),
    kind,
    place: async () => {
      const project = await loaded();
      return project.place?.() ?? { id: '', host: '', root };
    },
    filesOf: key => ({ at: async (path, options) => (await loaded()).filesOf(key).at(path, options) }),
    async *pack(options) {
      yield* (await loaded()).pack(options);
    },
    async close() {
      closed = true;
      await (await loading)?.close();
    },
  };
}
