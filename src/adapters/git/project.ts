import { existsSync, realpathSync } from 'node:fs';
import { access, constants, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Fault } from '../../model/fault.ts';
import type { Fingerprint, Landing, Outlook, Project, ProjectHead } from '../../ports/project.ts';
import { faultOfDisk } from '../fault-of-disk.ts';
import { MergeThread } from '../merge/thread/file-merger.ts';
import { openTreeMerger } from '../merge/tree-merge.ts';
import { oneLook } from '../one-look.ts';
import { alikeInCheckout } from './alike.ts';
import { type BlobReader, openBlobReader } from './cat-file.ts';
import { groundAt } from './checkout-at.ts';
import { type Blobs, examine, settle, unsettled } from './conflicts.ts';
import { lacking } from './equipment.ts';
import { fingerprintOfGit } from './fingerprint.ts';
import type { GitOptions } from './git.ts';
import { findRoot, type Ground, groundOfGit } from './ground.ts';
import { dropRefs, takeInventory, weighRefs } from './inventory.ts';
import { type LandOptions, land } from './landing.ts';
import { openLandingMarks } from './landing-marks.ts';
import { submodulesOf } from './layout.ts';
import { type OutlookOptions, outlookInGit } from './outlook.ts';
import { packObjects, unpackObjects } from './packs.ts';
import { pinObject, unpinObject } from './pins.ts';
import { openSandboxes } from './sandboxes.ts';
import { openLikeness } from './tree/likeness.ts';
import { type AllSandboxes, withTreeSandboxes } from './tree/tree-sandboxes.ts';
import { changeSet, editTree, listFiles, sizeOfTree, treesOf, unifiedDiff, writeBlob } from './trees.ts';
import { underWay } from './under-way.ts';

export interface GitProjectOptions extends GitOptions {
  /** The folder below which sandboxes live, outside of every repository. */
  sandboxes: string;
  /** How long the user's hooks and signing may take when a result lands. @default 600_000 */
  hookTimeoutMs?: number;
}

/** A project in a git repository, found from any folder inside it. Nothing is read before the first question. */
export function openGitProject(path: string, options: GitProjectOptions): Project {
  const root = findRoot(path) ?? resolve(path);
  const hookTimeoutMs = options.hookTimeoutMs ?? 600_000;
  return projectOn({
    root,
    kind: 'git',
    sandboxes: options.sandboxes,
    env: options.env,
    prepare: () => groundOfGit(root, options),
    head: headOfGit,
    fingerprint: fingerprintOfGit,
    land: (rooms, what) => land({ ...rooms, hookTimeoutMs }, what),
    outlook: outlookInGit,
  });
}

export interface Rooms {
  ground: Ground;
  sandboxes: AllSandboxes;
}

/** What tells one kind of project from another. */
export interface ProjectKind {
  root: string;
  kind: Project['kind'];
  sandboxes: string;
  /** What git may see of its surroundings. */
  env: GitOptions['env'];
  prepare(): Promise<Ground>;
  head(ground: Ground, ref: string | undefined, options: { fetch?: boolean; from?: string }): Promise<ProjectHead>;
  fingerprint(ground: Ground): Promise<Fingerprint>;
  land(rooms: Rooms, options: LandOptions): Promise<Landing>;
  outlook(rooms: Rooms, options: OutlookOptions): Promise<Outlook>;
}

/** The port over any ground whose objects git keeps. */
export function projectOn(how: ProjectKind): Project {
  const { root, kind } = how;
  const { counted, end } = underWay(root);
  let opened: Promise<ReturnType<typeof furnish>> | null = null;
  const rooms = () => {
    opened ??= how.prepare().then(ground => furnish(ground, how));
    // A folder that is no project yet may become one.
    opened.catch(() => {
      opened = null;
    });
    return opened;
  };
  const objects = async () => (await rooms()).ground.objects;
  const sandboxes = async () => (await rooms()).sandboxes;
  const blobs = async (): Promise<Blobs> => {
    const { blobs: reader, ground, thread } = await rooms();
    return { thread, read: oid => contentOf(reader, oid), write: content => writeBlob(ground.objects, content) };
  };
  return {
    root,
    kind,
    head: counted(async (ref, options = {}) => how.head((await rooms()).ground, ref, options)),
    fingerprint: counted(oneLook(async () => how.fingerprint((await rooms()).ground))),
    alike: counted(async options => alikeInCheckout((await rooms()).ground, options)),
    landings: counted(async () => (await rooms()).landingMarks()),
    spaceFree: () => spaceAt(how.sandboxes),
    openSandbox: counted(async options => (await sandboxes()).open(options)),
    sandbox: counted(async key => (await sandboxes()).find(key)),
    folder: counted(async key => (await sandboxes()).folder(key)),
    equip: counted(async options => (await sandboxes()).equip(options)),
    lacking: counted(async options => lacking((await rooms()).ground, options)),
    submodules: counted(async () => submodulesOf((await rooms()).ground)),
    equipped: counted(async (key, before) => (await sandboxes()).equipped(key, before)),
    filesOf: key => ({ at: counted(async (path, how) => (await sandboxes()).files(key).at(path, how)) }),
    capture: counted(async options => (await sandboxes()).capture(options)),
    restore: counted(async options => (await sandboxes()).restore(options)),
    removeSandbox: counted(async options => (await sandboxes()).remove(options)),
    sandboxes: counted(async () => (await sandboxes()).list()),
    inventory: counted(async () => {
      const { ground, sandboxes } = await rooms();
      return takeInventory(ground, sandboxes);
    }),
    clearSandbox: counted(async path => (await sandboxes()).clear(path)),
    weigh: counted(async (names, without) => weighRefs((await rooms()).ground, names, without)),
    pin: counted(async (name, oid) => {
      await pinObject((await rooms()).ground, name, oid);
    }),
    unpin: counted(async name => unpinObject(await objects(), name)),
    unpinAll: counted(async names => dropRefs(await objects(), names)),
    existing: counted(async oids => (await rooms()).ground.database.existing(oids)),
    async *pack(options) {
      yield* packObjects((await rooms()).ground, options);
    },
    unpack: counted(async (pack, refs) => unpackObjects(await objects(), pack, refs)),
    changes: counted(async options => changeSet((await rooms()).ground, options)),
    diff: counted(async options => unifiedDiff(await objects(), options)),
    files: counted(async tree => listFiles(await objects(), tree)),
    size: counted(async tree => sizeOfTree(await objects(), tree)),
    read: counted(async (tree, path) => (await rooms()).blobs.read(`${tree}:${path}`)),
    blob: counted(async oid => contentOf((await rooms()).blobs, oid)),
    writeBlob: counted(async content => writeBlob(await objects(), content)),
    writeTree: counted(async (base, edits) => editTree((await rooms()).ground, base, edits)),
    mergeTrees: counted(async options => (await rooms()).merger.merge(options)),
    foldDisjoint: counted(async options => (await rooms()).merger.foldDisjoint(options)),
    examine: counted(async conflict => examine(await blobs(), conflict)),
    unsettled: counted(async ({ conflict, tree }) => {
      const content = await (await rooms()).blobs.read(`${tree}:${conflict.path}`);
      return content === null ? null : unsettled(await blobs(), conflict, content);
    }),
    resolve: counted(async ({ tree, conflict, resolution }) =>
      editTree((await rooms()).ground, tree, [await settle(await blobs(), conflict, resolution)]),
    ),
    land: counted(async options => how.land(await rooms(), options)),
    outlook: counted(async options => how.outlook(await rooms(), options)),
    async close() {
      await end();
      const room = await opened?.catch(() => null);
      await room?.sandboxes.close();
      await room?.blobs.close();
      await room?.ground.refs.close();
      await Promise.all([room?.merger.close(), room?.thread.close(), room?.ground.database.close()]);
    },
  };
}

function furnish(ground: Ground, { sandboxes, env }: ProjectKind) {
  const likeness = openLikeness(ground, env);
  const thread = new MergeThread();
  return {
    ground,
    sandboxes: withTreeSandboxes(openSandboxes(ground, sandboxes), { ground, objects: ground.database, likeness }),
    blobs: openBlobReader(ground.objects),
    landingMarks: openLandingMarks(ground),
    thread,
    merger: openTreeMerger({ gitDir: ground.commonDir, env, thread }),
  };
}

/** @throws {Fault} GIT_FAILED */
async function contentOf(reader: BlobReader, oid: string): Promise<Buffer> {
  const content = await reader.read(oid);
  if (content !== null) return content;
  throw new Fault('GIT_FAILED', `the repository has lost the object ${oid}`, {
    where: oid,
    hints: ['git fsck'],
    retriable: false,
  });
}

/** How long a remote may take to answer. */
const fetchMs = 120_000;

async function headOfGit(
  ground: Ground,
  asked: string | undefined,
  { fetch = false, from }: { fetch?: boolean; from?: string },
): Promise<ProjectHead> {
  const { files, root } = from === undefined ? ground : await groundAt(ground, from);
  if (fetch) {
    if ((await files.ask(['remote'])) === '') throw nothingToFetch(root, 'the repository has no remote');
    const words = ['fetch', '--quiet', '--no-write-fetch-head', '--no-recurse-submodules'];
    await files.tell(words, { timeoutMs: fetchMs });
    const { code } = await files.attempt(['rev-parse', '--verify', '--quiet', '@{upstream}']);
    if (asked === undefined && code !== 0) throw nothingToFetch(root, 'this branch follows no other');
  }
  const ref = asked ?? (fetch ? '@{upstream}' : 'HEAD');
  const words = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const [commit, branch] = await Promise.all([
    files.attempt(words),
    files.attempt(['symbolic-ref', '--quiet', '--short', 'HEAD']),
  ]);
  if (commit.code !== 0) throw await noSuchCommit(files, root, ref);
  const oid = commit.stdout.toString().trim();
  const [tree = ''] = await treesOf(files, [oid]);
  return { root, kind: 'git', commit: oid, tree, branch: branch.code === 0 ? branch.stdout.toString().trim() : null };
}

function nothingToFetch(root: string, why: string): Fault {
  return new Fault('USAGE', `There is nothing to be fresh with: ${why}`, {
    where: root,
    hints: ['git remote -v', 'git branch -vv'],
  });
}

async function noSuchCommit(files: Ground['files'], root: string, ref: string): Promise<Fault> {
  const { code } = await files.attempt(['rev-parse', '--verify', '--quiet', 'HEAD']);
  if (code !== 0 && ref === 'HEAD') {
    return new Fault('NO_COMMITS', 'the repository has no commits yet', {
      where: root,
      hints: ['git add -A && git commit -m "Begin"'],
    });
  }
  return new Fault('USAGE', `${ref} is not a commit, branch or tag of this repository`, {
    where: root,
    hints: ['git branch --all', 'git log --oneline'],
  });
}

/** Bytes free at a folder or at the first one above it that exists. @throws {Fault} READ_ONLY when none can be made there */
async function spaceAt(folder: string): Promise<number> {
  let existing = resolve(folder);
  while (!existsSync(existing)) existing = dirname(existing);
  try {
    await access(existing, constants.W_OK);
  } catch (thrown) {
    const about = { where: existing, what: `Nothing can be made in ${existing}, where sandboxes live` };
    throw faultOfDisk(thrown, about) ?? thrown;
  }
  const { bavail, bsize } = await statfs(realpathSync(existing));
  return bavail * bsize;
}
