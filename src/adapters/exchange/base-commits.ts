/**
 * Commits of the owner's trees.
 *
 * B1. A commit is on top of the project's HEAD, like the HEAD of a sandbox: agents on a worker see the history, and
 *     both sides know by it what the other one has. While HEAD does not move, the same tree gives the same commit.
 * B2. Where no history can be sent (a shallow clone, a directory without git), commits are on top of one commit with the
 *     first tree that was published.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { commitTree } from '../project/git/commits.ts';
import type { ProjectRepository } from '../project/git/repository.ts';

export interface BaseCommits {
  /** Returns a commit of the tree. */
  commitOf(tree: string): Promise<string>;
  /** Returns a commit that is below all of them; null when there is none yet. */
  root(): Promise<string | null>;
}

export function createBaseCommits({ objects, database, commonDir }: ProjectRepository): BaseCommits {
  let first: string | null = null;
  const root = async () => (existsSync(join(commonDir, 'shallow')) ? null : await database.commitOf('HEAD')) ?? first;
  return {
    root,
    async commitOf(tree) {
      const parent = await root();
      if (parent === null) {
        first = await commitTree(objects, tree);
        return first;
      }
      return (await database.treeOf(parent)) === tree ? parent : commitTree(objects, tree, [parent]);
    },
  };
}
