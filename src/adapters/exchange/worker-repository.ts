/**
 * A repository of a worker: bare, with what was fetched and the worktrees of sandboxes.
 *
 * W1. Refs under `refs/troupe-fetched/` hold the last bases: by them the exchange knows what is here already.
 * W2. git collects what none of them needs, once it is two weeks old.
 * W3. Only the rules of the owner apply to files: the ignore rules and filters of the worker's user do not. Files that go
 *     through filters of the owner's git do not come here.
 */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TroupeError } from '../../model/errors.ts';
import type { PublishedTree } from '../../model/published-tree.ts';
import type { Project } from '../../ports/project.ts';
import { makePrivateFolder } from '../fs/owner-only.ts';
import { fingerprintOfDirectory } from '../project/git/fingerprint.ts';
import type { GitOptions } from '../project/git/git.ts';
import { createProject } from '../project/git/project.ts';
import { openPrivateRepository, type ProjectRepository } from '../project/git/repository.ts';
import { definedFilters } from './filters.ts';
import { sandboxFolder } from './old-sandboxes.ts';

/** Where a repository keeps a fetched base. */
export const fetchedRefs = 'refs/troupe-fetched/';

/** Names the repository of a worker for trees like this one. */
export function repositoryName({ kind, commit, ignore }: PublishedTree): string {
  const rules = createHash('sha256').update(ignore).digest('hex').slice(0, 8);
  return `${kind}-${hashOf({ commit })}-${rules}`;
}

const hashOf = ({ commit }: Pick<PublishedTree, 'commit'>) => (commit.length === 64 ? 'sha256' : 'sha1');

export interface WorkerRepositoryOptions extends GitOptions {
  /** The folder of the repository and its sandboxes. */
  folder: string;
  like: PublishedTree;
  /** Returns the commit of a fetched tree. */
  commitOf(tree: string): string | undefined;
}

/** Opens it twice: for transfers, and as a project with sandboxes. */
export async function openWorkerRepository(
  options: WorkerRepositoryOptions,
): Promise<{ ground: ProjectRepository; project: Project }> {
  const { folder, like, commitOf } = options;
  const root = join(folder, 'empty');
  await makePrivateFolder(folder);
  await mkdir(root, { recursive: true });
  const prepare = () => {
    const place = { root, store: join(folder, 'objects.git'), kind: like.kind, ignore: like.ignore } as const;
    return openPrivateRepository({ ...place, hash: hashOf(like) }, options);
  };
  const ground = await prepare();
  await ignoreUserSettings(ground);
  const project = createProject({
    root,
    kind: like.kind,
    sandboxes: join(folder, sandboxFolder),
    env: options.env,
    prepare,
    sandboxHead: commitOf,
    head: () => Promise.reject(noCheckoutError(root)),
    fingerprint: fingerprintOfDirectory,
    applyTree: () => Promise.reject(noCheckoutError(root)),
    outlook: () => Promise.reject(noCheckoutError(root)),
  });
  return { ground, project };
}

async function ignoreUserSettings({ objects, commonDir }: ProjectRepository): Promise<void> {
  const none = join(commonDir, 'info', 'none');
  await writeFile(none, '');
  const set = (name: string, value: string) => objects.exec(['config', name, value]);
  await set('core.excludesFile', none);
  await set('core.attributesFile', none);
  await set('core.autocrlf', 'false');
  for (const filter of await definedFilters(objects)) {
    for (const step of ['clean', 'smudge', 'process']) await set(`filter.${filter}.${step}`, '');
    await set(`filter.${filter}.required`, 'false');
  }
}

const noCheckoutError = (root: string) =>
  new TroupeError('NOT_A_PROJECT', 'A worker has no checkout of the project', { where: root });
