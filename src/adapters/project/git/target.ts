import { commandHint } from '../../../model/command-hint.ts';
import { TroupeError } from '../../../model/errors.ts';
import type { ApplyTarget } from '../../../model/target.ts';
import { type TargetCheckout, targetChangedError } from '../../../model/target-checkout.ts';
import { branchOf, headRef } from './head.ts';
import type { ProjectRepository } from './repository.ts';

/** The ref to apply a result to. */
export interface ResolvedTarget {
  ref: string;
  /** null: the branch does not exist yet. */
  commit: string | null;
  /** Where the branch is checked out: moving it would make those files outdated. */
  checkedOutAt: string | null;
}

/** @throws {TroupeError} DETACHED_HEAD, TARGET_CHANGED, USAGE */
export async function findTarget(
  ground: ProjectRepository,
  wanted: Exclude<ApplyTarget, { kind: 'patch' }>,
  place?: TargetCheckout,
): Promise<ResolvedTarget> {
  return wanted.kind === 'checkout' ? findCheckout(ground, place) : findBranch(ground, wanted.branch);
}

async function findCheckout(ground: ProjectRepository, place: TargetCheckout | undefined): Promise<ResolvedTarget> {
  const { root, database } = ground;
  const ref = await headRef(ground);
  if (ref === null) {
    throw new TroupeError('DETACHED_HEAD', 'HEAD is detached: a commit made there would belong to no branch', {
      where: root,
      hints: [commandHint('plan apply', { options: { branch: null } }), 'git branch'],
    });
  }
  const branch = branchOf(ref);
  if (place !== undefined && !place.branches.includes(branch)) {
    const [intended = null] = place.branches;
    throw targetChangedError({ meant: { root, branch: intended }, now: { root, branch }, isThere: false });
  }
  return { ref, commit: await database.commitOf(ref), checkedOutAt: null };
}

async function findBranch({ files, root, database }: ProjectRepository, branch: string): Promise<ResolvedTarget> {
  const { code } = await files.tryRun(['check-ref-format', '--branch', branch]);
  if (code !== 0 || branch.startsWith('@{')) {
    throw new TroupeError('USAGE', `${branch} is not a name git allows for a branch`, {
      where: root,
      hints: ['git help check-ref-format'],
    });
  }
  const ref = `refs/heads/${branch}`;
  const { stdout } = await files.run(['for-each-ref', '--format=%(refname)%00%(worktreepath)', ref]);
  const own = stdout
    .toString()
    .split('\n')
    .map(line => line.split('\0'));
  const checkedOutAt = own.find(([name]) => name === ref)?.[1] ?? '';
  return { ref, commit: await database.commitOf(ref), checkedOutAt: checkedOutAt === '' ? null : checkedOutAt };
}

/** A commit that a plan has recorded. @throws {TroupeError} GIT_FAILED when the repository has lost it */
export async function requireCommit({ database }: Pick<ProjectRepository, 'database'>, oid: string): Promise<string> {
  const commit = await database.commitOf(oid);
  if (commit !== null) return commit;
  throw new TroupeError('GIT_FAILED', `${oid} is not a commit of this repository`, {
    where: oid,
    hints: [`git cat-file -t ${oid}`],
    retriable: false,
  });
}

/** @throws {TroupeError} USAGE */
export function assertNotCheckedOut({ ref, checkedOutAt }: ResolvedTarget): void {
  if (checkedOutAt === null) return;
  const branch = ref.slice('refs/heads/'.length);
  throw new TroupeError(
    'USAGE',
    `${branch} is checked out at ${checkedOutAt}: moving it would make those files look changed`,
    {
      where: checkedOutAt,
      hints: [
        commandHint('plan apply', { options: { branch: null } }),
        commandHint('plan apply', { directory: checkedOutAt }),
      ],
    },
  );
}
