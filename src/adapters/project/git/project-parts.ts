import { TroupeError } from '../../../model/errors.ts';
import { MergeThread } from '../../merge/thread/file-merger.ts';
import { openTreeMerger, type TreeMerger } from '../../merge/tree-merge.ts';
import { type ApplyState, openApplyMarkers } from './apply-markers.ts';
import { type BlobReader, openBlobReader } from './cat-file.ts';
import type { GitOptions } from './git.ts';
import type { ProjectRepository } from './repository.ts';
import { openSandboxes } from './sandboxes.ts';
import { openCheckoutFilters } from './tree/checkout-filters.ts';
import { type AllSandboxes, withTreeSandboxes } from './tree/tree-sandboxes.ts';
import { createSizeOfTree } from './trees.ts';

/** What an open project holds: its repository, and what is started for it once and closed with it. */
export interface ProjectParts {
  ground: ProjectRepository;
  sandboxes: AllSandboxes;
  blobs: BlobReader;
  applyMarkers(): Promise<ApplyState>;
  sizeOfTree: ReturnType<typeof createSizeOfTree>;
  thread: MergeThread;
  merger: TreeMerger;
}

/**
 * Makes a method of the project from an operation on its parts. The first call of any method opens them, and closing the
 * project waits for every call.
 */
export type DefineMethod = <Args extends unknown[], Result>(
  operation: (parts: ProjectParts, ...args: Args) => Promise<Result> | Result,
) => (...args: Args) => Promise<Result>;

/** @param sandboxes the folder of the sandboxes */
export function openProjectParts(
  ground: ProjectRepository,
  { sandboxes, env }: { sandboxes: string; env: GitOptions['env'] },
): ProjectParts {
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

/** Nothing uses the parts any more. */
export async function closeProjectParts({ ground, sandboxes, blobs, merger, thread }: ProjectParts): Promise<void> {
  await sandboxes.close();
  await blobs.close();
  await ground.refs.close();
  await Promise.all([merger.close(), thread.close(), ground.database.close()]);
}

/** @throws {TroupeError} GIT_FAILED when the object does not exist */
export async function readContent(reader: BlobReader, oid: string): Promise<Buffer> {
  const content = await reader.read(oid);
  if (content !== null) return content;
  throw new TroupeError('GIT_FAILED', `the repository has lost the object ${oid}`, {
    where: oid,
    hints: ['git fsck'],
    retriable: false,
  });
}
