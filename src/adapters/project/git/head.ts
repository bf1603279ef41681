/** Where HEAD of a checkout is, read without starting git. */
import { basename, dirname, join } from 'node:path';
import { type ProjectRepository, readLine } from './repository.ts';

type Checkout = Pick<ProjectRepository, 'files' | 'commonDir' | 'gitDir'>;

/** Returns how the long-running git, which runs in the shared repository, names HEAD of this checkout. */
export function headRevision({ commonDir, gitDir }: Pick<Checkout, 'commonDir' | 'gitDir'>): string {
  const isWorktree = gitDir !== commonDir && dirname(gitDir) === join(commonDir, 'worktrees');
  return isWorktree ? `worktrees/${basename(gitDir)}/HEAD` : 'HEAD';
}

/** The full name of the branch that is checked out; null when HEAD is detached. */
export async function headRef({ files, gitDir }: Checkout): Promise<string | null> {
  const line = await readLine(join(gitDir, 'HEAD'));
  const ref = line?.startsWith(symbolicPrefix) ? line.slice(symbolicPrefix.length).trim() : null;
  if (ref !== null && ref !== reftablePlaceholder) return ref;
  if (line !== null && objectId.test(line)) return null;
  const { code, stdout } = await files.tryRun(['symbolic-ref', '--quiet', 'HEAD']);
  return code === 0 ? stdout.toString().trim() : null;
}

export const branchOf = (ref: string) => ref.replace(/^refs\/heads\//, '');

const symbolicPrefix = 'ref: ';
/** What git writes into HEAD where refs are kept as reftables: https://git-scm.com/docs/reftable */
const reftablePlaceholder = 'refs/heads/.invalid';
const objectId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
