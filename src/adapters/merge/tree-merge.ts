import { execFile } from 'node:child_process';
import { basename, dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { TroupeError } from '../../model/errors.ts';
import type { TreeMerge } from '../../ports/project-merges.ts';
import { defaultPath } from '../process/environment.ts';
import { timeoutDefaultMs } from '../project/git/git-batch-process.ts';
import { MergeThread } from './thread/file-merger.ts';
import { findCaseClashes } from './tree/case-clashes.ts';
import { contestedPaths, type MergeSource } from './tree/conflicts.ts';
import { findGitDirectories, type GitDirectories } from './tree/git-directories.ts';
import { type LastingMergeTree, openLastingMergeTree } from './tree/lasting-merge-tree.ts';
import { type DisjointMergeRequest, mergeDisjoint } from './tree/merge-disjoint.ts';
import { ObjectDatabase } from './tree/objects.ts';
import { type Environment, gitEnvironment, type Repository } from './tree/repository.ts';
import { resolveMerge } from './tree/resolve.ts';
import { runMergeTree } from './tree/run-merge-tree.ts';
import { readOnce } from './tree/tree-diff.ts';

const run = promisify(execFile);

/** Base, ours and theirs are full ids of commits or trees of the repository. */
export interface TreeMergeRequest extends MergeSource {
  base: string;
  ours: string;
  theirs: string;
}

export interface TreeMergerOptions {
  gitDir: string;
  /** The environment of git, without its own `GIT_*`. @default a PATH and nothing else */
  env?: Environment;
  /** Timeout of one merge, after which its git is killed, in milliseconds. @default 300_000 */
  timeoutMs?: number;
  /** Merges files that git leaves to us; the caller closes it. @default one of its own */
  thread?: MergeThread;
}

/** Merges trees of one repository, one after the other. */
export interface TreeMerger {
  /** @throws {TroupeError} GIT_FAILED, NOT_A_PROJECT, TIMED_OUT */
  merge(request: TreeMergeRequest): Promise<TreeMerge>;
  /** Merges children that changed different files by copying: see {@link mergeDisjoint}. */
  mergeDisjoint(request: DisjointMergeRequest): Promise<{ treeOid: string; folded: number }>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Merges trees with git's own merge-ort, including renames, modes and binaries, through one long-running `git
 * merge-tree` process. Touches no checkout, index, ref or hook. A process that dies is replaced, and its merge
 * repeated once. It is replaced as well when configuration or attributes may have changed since it started.
 *
 * merge-tree takes commits and finds the base itself; git 2.39 has no option for the base. So each merge creates
 * three commits, without dates and refs: the base, and two children of it. Nothing references them afterwards, and
 * git's garbage collection removes them.
 *
 * @example
 * await using merger = openTreeMerger({ gitDir: '.git' });
 * const merged = await merger.merge({ base, ours, theirs, alias: 'main', theirsPlanId });
 */
export function openTreeMerger(options: TreeMergerOptions): TreeMerger {
  const merger = new Merger(options);
  const close = () => merger.close();
  return {
    merge: request => merger.merge(request),
    mergeDisjoint: request => merger.foldDisjoint(request),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/**
 * Merges once: a repository (or work tree), three commits or trees.
 *
 * @throws {TroupeError} NOT_A_PROJECT, GIT_FAILED
 */
export async function mergeTrees(options: {
  repoDir: string;
  base: string;
  ours: string;
  theirs: string;
  alias?: string;
  theirsPlanId?: string;
  env?: Environment;
}): Promise<TreeMerge> {
  const { repoDir, alias = 'main', theirsPlanId = 'theirs', env = defaultEnvironment, ...trees } = options;
  const place = findGitDirectories(repoDir);
  const gitDir = place?.gitDir ?? (await revParse(env, repoDir, '--absolute-git-dir'));
  const merger = new Merger({ gitDir, env });
  try {
    return await merger.mergeOnce({ ...trees, alias, theirsPlanId }, place);
  } finally {
    await merger.close();
  }
}

interface Opened {
  repository: Repository;
  objects: ObjectDatabase;
  /** Its git starts with the first merge. */
  mergeTree: LastingMergeTree;
}

const defaultEnvironment: Environment = { PATH: defaultPath };

class Merger {
  private readonly gitDir: string;
  private readonly env: Environment;
  private readonly patienceMs: number;
  private readonly thread: MergeThread;
  private readonly ownThread: boolean;
  private opened: Opened | null = null;
  private closed = false;
  /** Merges run one at a time, so that a process that dies fails exactly one. */
  private last: Promise<unknown> = Promise.resolve();

  constructor({ gitDir, env = defaultEnvironment, timeoutMs = timeoutDefaultMs, thread }: TreeMergerOptions) {
    this.gitDir = resolve(gitDir);
    this.env = env;
    this.patienceMs = timeoutMs;
    this.thread = thread ?? new MergeThread();
    this.ownThread = thread === undefined;
  }

  merge(request: TreeMergeRequest): Promise<TreeMerge> {
    return this.inTurn(() => this.mergeNow(request));
  }

  /** As the only merge: by one process of git, in most cases. */
  mergeOnce(request: TreeMergeRequest, place: GitDirectories | null): Promise<TreeMerge> {
    return this.inTurn(async () => {
      const { repository } = await this.open({ once: true, place });
      return await this.mergeNow(request, ({ ours, theirs }) =>
        runMergeTree(repository, { ours, theirs, timeoutMs: this.patienceMs }),
      );
    });
  }

  foldDisjoint({ ours, children }: DisjointMergeRequest): Promise<{ treeOid: string; folded: number }> {
    return this.inTurn(async () => {
      const { objects } = await this.open();
      const treeOf = (oid: string) => objects.treeOf(oid);
      const found = children.map(async ({ base, theirs }) => ({
        base: await treeOf(base),
        theirs: await treeOf(theirs),
      }));
      return mergeDisjoint(objects, { ours: await treeOf(ours), children: await Promise.all(found) });
    });
  }

  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.closed) return Promise.reject(new TroupeError('SYSTEM_CLOSED', 'this merger is closed'));
    const done = this.last.then(work);
    this.last = done.catch(() => {});
    return done;
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.last;
    await Promise.all([
      this.opened?.mergeTree.close(),
      this.opened?.objects.close(),
      this.ownThread ? this.thread.close() : null,
    ]);
  }

  private async mergeNow(request: TreeMergeRequest, mergeOnce?: MergeCommits): Promise<TreeMerge> {
    const { repository, objects, mergeTree } = await this.open();
    const mergeCommits = mergeOnce ?? mergeTree.merge;
    const find = (oid: string) => objects.treeOf(oid);
    const [base, ours, theirs] = await Promise.all([find(request.base), find(request.ours), find(request.theirs)]);
    if (ours === theirs || base === theirs) return { clean: true, treeOid: ours, engines: {} };
    if (base === ours) return { clean: true, treeOid: theirs, engines: {} };

    const root = objects.writeCommit(base, []);
    const [left, right] = [objects.writeCommit(ours, [root]), objects.writeCommit(theirs, [root])];
    const trees = { base, ours, theirs };
    // Read while git merges: this needs the three trees only.
    const clashes = findCaseClashes(readOnce(objects), trees);
    clashes.catch(() => {});
    const output = await mergeCommits({ base: root, ours: left, theirs: right });
    const paths = output.clean ? [] : contestedPaths(output);
    const { thread } = this;
    const labels = { ours: left, theirs: right };
    return resolveMerge({ repository, objects, thread, trees, clashes, output, paths, labels, of: request });
  }

  private async open(options: Omit<OpenOptions, 'timeoutMs'> = {}): Promise<Opened> {
    this.opened ??= await open(this.gitDir, this.env, { ...options, timeoutMs: this.patienceMs });
    return this.opened;
  }
}

interface OpenOptions {
  /** For one merge: what it reads is read from files where they say it plainly. */
  once?: boolean;
  /** Where that was found already. */
  place?: GitDirectories | null;
  /** Timeout of one merge. */
  timeoutMs: number;
}

type MergeCommits = LastingMergeTree['merge'];

async function open(gitDir: string, env: Environment, options: OpenOptions): Promise<Opened> {
  const { once = false, place: known, timeoutMs } = options;
  const place = known ?? findGitDirectories(gitDir);
  const shared = place?.commonDir ?? resolve(gitDir, await revParse(env, gitDir, '--git-common-dir'));
  const objectsDirectory = place?.objects ?? resolve(gitDir, await revParse(env, gitDir, '--git-path', 'objects'));
  const directory = basename(shared) === '.git' ? dirname(shared) : shared;
  const repository = { gitDir: shared, directory, env };
  const objects = new ObjectDatabase(repository, objectsDirectory, { once });
  return { repository, objects, mergeTree: openLastingMergeTree(repository, timeoutMs) };
}

async function revParse(env: Environment, directory: string, ...words: string[]): Promise<string> {
  try {
    const { stdout } = await run('git', ['-C', directory, 'rev-parse', ...words], { env: gitEnvironment(env) });
    return stdout.replace(/\n$/, '');
  } catch (error) {
    throw new TroupeError('NOT_A_PROJECT', `${directory} is not a git repository`, {
      where: directory,
      hints: [`git -C ${directory} status`, 'git init'],
      cause: error,
    });
  }
}
