import type { ApplyInput, TargetCheck } from '../../../ports/project.ts';
import { requireIdentity } from './apply-commit.ts';
import { assertClean, uncommitted } from './checkout.ts';
import { checkPatchTarget } from './patch.ts';
import type { ProjectRepository } from './repository.ts';
import type { Sandboxes } from './sandboxes.ts';
import { assertNotCheckedOut, findTarget, requireCommit } from './target.ts';
import { listChanges } from './trees.ts';
import { openWorktreeRepository, singleCheckout } from './worktree-repository.ts';

export type CheckTargetOptions = ApplyInput;

/** Reports what applying would find, in the order in which `apply` checks it. @throws {TroupeError} as `apply` */
export async function checkTarget(
  { ground: own, sandboxes }: { ground: ProjectRepository; sandboxes: Sandboxes },
  { base, tree, target: wanted, places }: CheckTargetOptions,
): Promise<TargetCheck> {
  const place = singleCheckout(places);
  const ground = place === undefined ? own : await openWorktreeRepository(own, place.root);
  const { database, files } = ground;
  if (wanted.kind === 'patch') {
    await checkPatchTarget(ground, { from: base, to: tree, target: wanted });
    return { moved: null };
  }
  const from = await requireCommit(ground, base);
  const target = await sandboxes.exclusively('looking where branches are', () => findTarget(ground, wanted, place));
  if (target.commit !== null && target.commit !== from) {
    return { moved: { commit: target.commit, tree: await database.treeOf(target.commit) } };
  }
  assertNotCheckedOut(target);
  const to = await database.treeOf(tree);
  const changes = await listChanges(ground, from, to);
  const move = { ground, files, from, to, changes };
  if (wanted.kind === 'checkout') await assertClean(move);
  await requireIdentity(ground);
  const left = wanted.kind === 'checkout' ? await uncommitted(files) : [];
  return { moved: null, ...(left.length > 0 && { uncommitted: left }) };
}
