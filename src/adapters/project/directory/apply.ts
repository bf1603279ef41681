import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { commandHint } from '../../../model/command-hint.ts';
import { TroupeError } from '../../../model/errors.ts';
import type { ApplyResult, TargetCheck } from '../../../ports/project.ts';
import { type ApplyTreeOptions, applyRef, beginMove, readMarkers } from '../git/apply.ts';
import type { CheckTargetOptions } from '../git/check-target.ts';
import { assertSpace, finishMove } from '../git/checkout.ts';
import { commitTree } from '../git/commits.ts';
import { checkPatchTarget, writePatch } from '../git/patch.ts';
import type { ProjectRepository } from '../git/repository.ts';
import { listChanges } from '../git/trees.ts';
import { captureFiles } from '../git/worktree-files.ts';

/**
 * Applies a result in a directory without git: if its files still equal the base, writes the changes. Uses the same
 * refs as in a repository for its progress, so that calling it again completes an apply that a crash interrupted.
 * @throws {TroupeError} DIRTY_CHECKOUT, USAGE (branch)
 */
export async function applyInDirectory(ground: ProjectRepository, options: ApplyTreeOptions): Promise<ApplyResult> {
  const { objects, database, own, root } = ground;
  const { key, target } = options;
  const [base, tree] = await Promise.all([database.treeOf(options.base), database.treeOf(options.tree)]);
  const changes = await listChanges(ground, base, tree);
  const files = changes.map(change => change.path);
  const applied: ApplyResult = { outcome: 'applied', commits: [], files };
  if (target.kind === 'patch') {
    await writePatch(ground, { from: base, to: tree, target });
    return applied;
  }
  if (target.kind === 'branch') throw noBranchError(root);
  const ref = applyRef(key);
  const marks = await readMarkers(ground, ref);
  if (marks.done !== undefined) return { ...applied, head: marks.done };
  const made = await commitTree(objects, tree);
  const index = join(own, `${ref.slice(-24)}-index`);
  const move = { ground, files: ground.files.at({ index }), from: base, to: tree, changes };
  if (marks.moving === made) {
    if (!existsSync(index)) await move.files.exec(['read-tree', base]);
    await rm(`${index}.lock`, { force: true });
    await finishMove(move);
  } else {
    const present = await captureFiles(ground, ground.files);
    if (present !== base) return { outcome: 'moved', commit: await commitTree(objects, present), tree: present };
    await assertSpace(ground, changes);
    await move.files.exec(['read-tree', base]);
    await beginMove(move, ref, made);
  }
  await objects.exec(['update-ref', '--stdin'], { input: `update ${ref}/done ${made}\ndelete ${ref}/moving\n` });
  await rm(index, { force: true });
  return { ...applied, head: made };
}

/** Reports what applying would find. @throws {TroupeError} as applyInDirectory */
export async function checkTargetInDirectory(
  ground: ProjectRepository,
  { base, tree, target }: CheckTargetOptions,
): Promise<TargetCheck> {
  const { objects, database, root } = ground;
  if (target.kind === 'branch') throw noBranchError(root);
  const [from, to] = await Promise.all([database.treeOf(base), database.treeOf(tree)]);
  if (target.kind === 'patch') {
    await checkPatchTarget(ground, { from, to, target });
    return { moved: null };
  }
  const present = await captureFiles(ground, ground.files);
  if (present !== from) return { moved: { commit: await commitTree(objects, present), tree: present } };
  await assertSpace(ground, await listChanges(ground, from, to));
  return { moved: null };
}

function noBranchError(root: string): TroupeError {
  return new TroupeError('USAGE', 'a directory without git has no branches', {
    where: root,
    hints: [commandHint('plan apply'), commandHint('plan apply', { options: { patch: null } })],
  });
}
