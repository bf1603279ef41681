import { existsSync, realpathSync } from 'node:fs';
import { access, constants, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { TroupeError } from '../../../model/errors.ts';
import type { ApplyResult, Fingerprint, Project, ProjectHead, TargetCheck } from '../../../ports/project.ts';
import { coalesce } from '../../coalesce.ts';
import { toDiskError } from '../../fs/disk-error.ts';
import { MergeThread } from '../../merge/thread/file-merger.ts';
import { isFullId } from '../../merge/tree/objects.ts';
import { openTreeMerger } from '../../merge/tree-merge.ts';
import { type ApplyTreeOptions, applyToTarget } from './apply.ts';
import { openApplyMarkers } from './apply-markers.ts';
import { type BlobReader, openBlobReader } from './cat-file.ts';
import { type CheckTargetOptions, checkTarget } from './check-target.ts';
import { submodulesOf } from './checkout-options.ts';
import { applyResolution, type Blobs, inspectConflict, unresolvedReason } from './conflicts.ts';
import { fingerprintOfGit } from './fingerprint.ts';
import type { GitOptions } from './git.ts';
import { branchOf, headRef, headRevision } from './head.ts';
import { trackInFlight } from './in-flight.ts';
import { listResources, measureRefs } from './list-resources.ts';
import { matchingPaths } from './matching-paths.ts';
import { packObjects, unpackObjects } from './packs.ts';
import { archivePins, listLoosePins, removePins } from './pin-archive.ts';
import { pinObject, unpinObject } from './pins.ts';
import { findMissing } from './provision.ts';
import { findRoot, openGitRepository, type ProjectRepository } from './repository.ts';
import { openSandboxes } from './sandboxes.ts';
import { openCheckoutFilters } from './tree/checkout-filters.ts';
import { type AllSandboxes, withTreeSandboxes } from './tree/tree-sandboxes.ts';
import { changeSet, createSizeOfTree, editTree, listFiles, unifiedDiff, writeBlob } from './trees.ts';
import { openWorktreeRepository } from './worktree-repository.ts';

export interface GitProjectOptions extends GitOptions {
  /** The folder of the sandboxes, outside of every repository. */
  sandboxes: string;
  /** Timeout of your hooks and of signing during apply, in milliseconds. @default 600_000 */
  hookTimeoutMs?: number;
}

/** A project in a git repository, found from any folder inside it. Nothing is read before the first call. */
export function openGitProject(path: string, options: GitProjectOptions): Project {
  const root = findRoot(path) ?? resolve(path);
  const hookTimeoutMs = options.hookTimeoutMs ?? 600_000;
  return createProject({
    root,
    kind: 'git',
    sandboxes: options.sandboxes,
    env: options.env,
    prepare: () => openGitRepository(root, options),
    head: gitHead,
    fingerprint: fingerprintOfGit,
    applyTree: (parts, what) => applyToTarget({ ...parts, hookTimeoutMs }, what),
    outlook: checkTarget,
  });
}

export interface ProjectParts {
  ground: ProjectRepository;
  sandboxes: AllSandboxes;
}

/** The differences between kinds of projects. */
export interface ProjectKind {
  root: string;
  kind: Project['kind'];
  sandboxes: string;
  /** The environment for git. */
  env: GitOptions['env'];
  prepare(): Promise<ProjectRepository>;
  head(
    ground: ProjectRepository,
    ref: string | undefined,
    options: { fetch?: boolean; from?: string },
  ): Promise<ProjectHead>;
  fingerprint(ground: ProjectRepository): Promise<Fingerprint>;
  applyTree(parts: ProjectParts, options: ApplyTreeOptions): Promise<ApplyResult>;
  outlook(parts: ProjectParts, options: CheckTargetOptions): Promise<TargetCheck>;
  /** Returns the commit for the HEAD of a sandbox with that tree. @default a commit on top of the project's HEAD */
  sandboxHead?(tree: string): string | undefined;
}

/** Implements the port for any repository whose objects git stores. */
export function createProject(how: ProjectKind): Project {
  const { root, kind } = how;
  const { track, drain } = trackInFlight(root);
  let opened: Promise<ReturnType<typeof openParts>> | null = null;
  const loadParts = () => {
    opened ??= how.prepare().then(ground => openParts(ground, how));
    // A folder that is not a project may become one later.
    opened.catch(() => {
      opened = null;
    });
    return opened;
  };
  const objects = async () => (await loadParts()).ground.objects;
  const sandboxes = async () => (await loadParts()).sandboxes;
  const blobs = async (): Promise<Blobs> => {
    const { blobs: reader, ground, thread } = await loadParts();
    return { thread, read: oid => contentOf(reader, oid), write: content => writeBlob(ground.objects, content) };
  };
  return {
    root,
    kind,
    head: track(async (ref, options = {}) => how.head((await loadParts()).ground, ref, options)),
    fingerprint: track(coalesce(async () => how.fingerprint((await loadParts()).ground))),
    matchingPaths: track(async options => matchingPaths((await loadParts()).ground, options)),
    applyState: track(async () => (await loadParts()).applyMarkers()),
    spaceFree: () => spaceAt(how.sandboxes),
    openSandbox: track(async options => {
      const head = how.sandboxHead?.(options.tree);
      return (await sandboxes()).open(head === undefined ? options : { ...options, head });
    }),
    sandbox: track(async key => (await sandboxes()).find(key)),
    materialize: track(async key => (await sandboxes()).folder(key)),
    provision: track(async options => (await sandboxes()).equip(options)),
    findMissing: track(async options => findMissing((await loadParts()).ground, options)),
    submodules: track(async () => submodulesOf((await loadParts()).ground)),
    markProvisioned: track(async (key, before) => (await sandboxes()).equipped(key, before)),
    filesOf: key => ({ at: track(async (path, how) => (await sandboxes()).files(key).at(path, how)) }),
    capture: track(async options => (await sandboxes()).capture(options)),
    restore: track(async options => (await sandboxes()).restore(options)),
    removeSandbox: track(async options => (await sandboxes()).remove(options)),
    sandboxes: track(async () => (await sandboxes()).list()),
    inventory: track(async () => {
      const { ground, sandboxes } = await loadParts();
      return listResources(ground, sandboxes);
    }),
    removeLeftovers: track(async path => (await sandboxes()).clear(path)),
    measureRefs: track(async (names, without) => measureRefs((await loadParts()).ground, names, without)),
    pin: track(async (name, oid) => {
      await pinObject((await loadParts()).ground, name, oid);
    }),
    unpin: track(async name => unpinObject((await loadParts()).ground, name)),
    unpinAll: track(async names => removePins((await loadParts()).ground, names)),
    loosePins: track(async () => listLoosePins((await loadParts()).ground)),
    archivePins: track(async names => archivePins((await loadParts()).ground, names)),
    filterExisting: track(async oids => (await loadParts()).ground.database.existing(oids)),
    async *pack(options) {
      yield* packObjects((await loadParts()).ground, options);
    },
    unpack: track(async (pack, refs) => unpackObjects(await objects(), pack, refs)),
    changes: track(async options => changeSet((await loadParts()).ground, options)),
    diff: track(async options => unifiedDiff(await objects(), options)),
    files: track(async tree => listFiles(await objects(), tree)),
    size: track(async tree => (await loadParts()).sizeOfTree(tree)),
    read: track(async (tree, path) => (await loadParts()).blobs.read(`${tree}:${path}`)),
    blob: track(async oid => contentOf((await loadParts()).blobs, oid)),
    writeBlob: track(async content => writeBlob(await objects(), content)),
    writeTree: track(async (base, edits) => editTree((await loadParts()).ground, base, edits)),
    mergeTrees: track(async options => (await loadParts()).merger.merge(options)),
    mergeDisjoint: track(async options => (await loadParts()).merger.mergeDisjoint(options)),
    inspectConflict: track(async conflict => inspectConflict(await blobs(), conflict)),
    unresolvedReason: track(async ({ conflict, tree }) => {
      const content = await (await loadParts()).blobs.read(`${tree}:${conflict.path}`);
      return content === null ? null : unresolvedReason(await blobs(), conflict, content);
    }),
    resolve: track(async ({ tree, conflict, resolution }) =>
      editTree((await loadParts()).ground, tree, [await applyResolution(await blobs(), conflict, resolution)]),
    ),
    apply: track(async options => how.applyTree(await loadParts(), options)),
    checkTarget: track(async options => how.outlook(await loadParts(), options)),
    async close() {
      await drain();
      const openedParts = await opened?.catch(() => null);
      await openedParts?.sandboxes.close();
      await openedParts?.blobs.close();
      await openedParts?.ground.refs.close();
      await Promise.all([
        openedParts?.merger.close(),
        openedParts?.thread.close(),
        openedParts?.ground.database.close(),
      ]);
    },
  };
}

function openParts(ground: ProjectRepository, { sandboxes, env }: ProjectKind) {
  const likeness = openCheckoutFilters(ground, env);
  const thread = new MergeThread();
  return {
    ground,
    sandboxes: withTreeSandboxes(openSandboxes(ground, sandboxes), { ground, objects: ground.database, likeness }),
    blobs: openBlobReader(ground.objects),
    applyMarkers: openApplyMarkers(ground),
    sizeOfTree: createSizeOfTree(ground.objects),
    thread,
    merger: openTreeMerger({ gitDir: ground.commonDir, env, thread }),
  };
}

/** @throws {TroupeError} GIT_FAILED */
async function contentOf(reader: BlobReader, oid: string): Promise<Buffer> {
  const content = await reader.read(oid);
  if (content !== null) return content;
  throw new TroupeError('GIT_FAILED', `the repository has lost the object ${oid}`, {
    where: oid,
    hints: ['git fsck'],
    retriable: false,
  });
}

/** Timeout of a remote, in milliseconds. */
const fetchMs = 120_000;

async function gitHead(
  ground: ProjectRepository,
  asked: string | undefined,
  { fetch = false, from }: { fetch?: boolean; from?: string },
): Promise<ProjectHead> {
  const checkout = from === undefined ? ground : await openWorktreeRepository(ground, from);
  const { files, root, database } = checkout;
  if (fetch) {
    if ((await files.text(['remote'])) === '') throw noUpstreamError(root, 'the repository has no remote');
    const words = ['fetch', '--quiet', '--no-write-fetch-head', '--no-recurse-submodules'];
    await files.exec(words, { timeoutMs: fetchMs });
    const { code } = await files.tryRun(['rev-parse', '--verify', '--quiet', '@{upstream}']);
    if (asked === undefined && code !== 0) throw noUpstreamError(root, 'this branch follows no other');
  }
  const ref = asked ?? (fetch ? '@{upstream}' : 'HEAD');
  const [commit, branch] = await Promise.all([commitNamed(checkout, ref), headRef(checkout)]);
  if (commit === null) throw await unknownCommitError(files, root, ref);
  const tree = await database.treeOf(commit);
  return { root, kind: 'git', commit, tree, branch: branch && branchOf(branch) };
}

async function commitNamed(checkout: ProjectRepository, ref: string): Promise<string | null> {
  const { files, database } = checkout;
  if (ref === 'HEAD') return database.commitOf(headRevision(checkout));
  if (isFullId(ref)) return database.commitOf(ref);
  // What a person calls a commit may depend on the checkout: `@{upstream}`, `HEAD~2`.
  const words = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const { code, stdout } = await files.tryRun(words);
  return code === 0 ? stdout.toString().trim() : null;
}

function noUpstreamError(root: string, why: string): TroupeError {
  return new TroupeError('USAGE', `There is nothing to be fresh with: ${why}`, {
    where: root,
    hints: ['git remote -v', 'git branch -vv'],
  });
}

async function unknownCommitError(files: ProjectRepository['files'], root: string, ref: string): Promise<TroupeError> {
  const { code } = await files.tryRun(['rev-parse', '--verify', '--quiet', 'HEAD']);
  if (code !== 0 && ref === 'HEAD') {
    return new TroupeError('NO_COMMITS', 'the repository has no commits yet', {
      where: root,
      hints: ['git add -A && git commit --allow-empty -m "Begin"'],
    });
  }
  return new TroupeError('USAGE', `${ref} is not a commit, branch or tag of this repository`, {
    where: root,
    hints: ['git branch --all', 'git log --oneline'],
  });
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
    throw toDiskError(thrown, about) ?? thrown;
  }
  const { bavail, bsize } = await statfs(realpathSync(existing));
  return bavail * bsize;
}
