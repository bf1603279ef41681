/** Resolves the start of a plan in a git repository: the commit that is checked out, a revision, or the upstream branch. */
import { TroupeError } from '../../../model/errors.ts';
import type { ProjectHead } from '../../../ports/project.ts';
import { isFullId } from '../../merge/tree/objects.ts';
import { branchOf, headRef, headRevision } from './head.ts';
import type { ProjectRepository } from './repository.ts';
import { openWorktreeRepository } from './worktree-repository.ts';

/** Timeout of a remote, in milliseconds. */
const fetchMs = 120_000;

/** @throws {TroupeError} NO_COMMITS, USAGE (unknown ref, no remote), GIT_FAILED (remote not reachable) */
export async function resolveHead(
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
