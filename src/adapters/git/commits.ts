import type { Git } from './git.ts';

/** Who made the commits that only we see. The date is fixed, so the same tree always gives the same commit. */
const identity = {
  GIT_AUTHOR_NAME: 'Troupe',
  GIT_AUTHOR_EMAIL: 'troupe@localhost',
  GIT_AUTHOR_DATE: '@0 +0000',
  GIT_COMMITTER_NAME: 'Troupe',
  GIT_COMMITTER_EMAIL: 'troupe@localhost',
  GIT_COMMITTER_DATE: '@0 +0000',
};

/** A commit that holds a tree: no hooks, no signature, no ref. */
export async function holdTree(objects: Git, tree: string, parents: readonly string[] = []): Promise<string> {
  const words = ['commit-tree', tree, '-m', 'troupe', ...parents.flatMap(parent => ['-p', parent])];
  return (await objects.ask(words, { env: identity })).trim();
}
