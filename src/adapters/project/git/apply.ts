/**
 * Applies a result: once, by compare-and-swap, whatever happens in between.
 *
 * Three refs below refs/troupe/apply/<key> record its progress:
 *   made    the commit exists; hooks and signing are not run again; removed when it is applied
 *   moving  your files are being changed to it; the next attempt completes that
 *   done    it is applied; set in the same transaction as the branch, and every later attempt returns its result
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { TroupeError } from '../../../model/errors.ts';
import type { ApplyTarget } from '../../../model/target.ts';
import type { ApplyResult, Project } from '../../../ports/project.ts';
import { appliedHash, openAppliedMarkers } from './applied-markers.ts';
import { assertNotAborted, createCommit, type HookLimits } from './apply-commit.ts';
import { assertClean, type CheckoutMove, finishMove, moveFiles, uncommitted } from './checkout.ts';
import { gitFailedError } from './git.ts';
import { acquireLock } from './lock.ts';
import { writePatch } from './patch.ts';
import { ownRefs } from './pins.ts';
import type { ProjectRepository } from './repository.ts';
import type { Sandboxes } from './sandboxes.ts';
import { assertNotCheckedOut, findTarget, type ResolvedTarget, requireCommit } from './target.ts';
import { listChanges } from './trees.ts';
import { openWorktreeRepository, singleCheckout } from './worktree-repository.ts';

export type ApplyTreeOptions = Parameters<Project['apply']>[0];

export interface ApplyContext {
  ground: ProjectRepository;
  sandboxes: Sandboxes;
  hookTimeoutMs: number;
}

type ApplyMarkers = Partial<Record<'made' | 'moving' | 'done', string>>;

/** The prefix of one apply's refs. */
export const applyRef = (key: string): string =>
  `${ownRefs}apply/${createHash('sha256').update(key).digest('hex').slice(0, 24)}`;

/** Returns the markers of an apply; the one of a finished apply may have been moved to those of others. */
export async function readMarkers({ objects, database }: ProjectRepository, ref: string): Promise<ApplyMarkers> {
  const { stdout } = await objects.run(['for-each-ref', '--format=%(refname) %(objectname)', `${ref}/`]);
  const named = stdout
    .toString()
    .split('\n')
    .filter(line => line !== '');
  const markers: ApplyMarkers = Object.fromEntries(named.map(line => line.slice(ref.length + 1).split(' ')));
  if (markers.done !== undefined) return markers;
  const applied = (await openAppliedMarkers(database)()).get(appliedHash(`${ref.slice(ownRefs.length)}/done`) ?? '');
  return applied === undefined ? markers : { ...markers, done: applied.oid };
}

/**
 * @throws {TroupeError} DIRTY_CHECKOUT, HOOK_REFUSED, HOOK_TIMED_OUT, CANCELLED, DETACHED_HEAD, TARGET_CHANGED,
 * USAGE, FILE_NOT_FOUND, FILE_EXISTS
 */
export async function applyToTarget(
  { ground: own, ...how }: ApplyContext,
  options: ApplyTreeOptions,
): Promise<ApplyResult> {
  const place = singleCheckout(options.places);
  const ground = place === undefined ? own : await openWorktreeRepository(own, place.root);
  const { sandboxes } = how;
  const { signal, processTag = options.key } = options;
  const hooks = { timeoutMs: how.hookTimeoutMs, signal, processTag };
  const tree = await ground.database.treeOf(options.tree);
  const base = await requireCommit(ground, options.base);
  const changes = await listChanges(ground, base, tree);
  const files = changes.map(change => change.path);
  const wanted = options.target;
  if (wanted.kind === 'patch') {
    await writePatch(ground, { from: base, to: tree, target: wanted });
    return { outcome: 'applied', commits: [], files };
  }
  await using _lock = await acquireLock(join(ground.own, 'apply.lock'), { purpose: 'applying a result' });
  const ref = applyRef(options.key);
  const marks = await readMarkers(ground, ref);
  if (marks.done !== undefined) return { outcome: 'applied', commits: [marks.done], files };
  const target = await sandboxes.exclusively('looking where branches are', () => findTarget(ground, wanted, place));
  const made = (await isCommitOf(ground, marks.made, { base, tree })) ? marks.made : undefined;
  if (made !== undefined && (await holds(ground, target, made))) {
    await swap(ground, [`update ${ref}/done ${made}`, `delete ${ref}/moving`, `delete ${ref}/made`]);
    return { outcome: 'applied', commits: [made], files };
  }
  if (target.commit !== null && target.commit !== base) return movedTarget(ground, target.commit);
  assertNotCheckedOut(target);
  const move: CheckoutMove = { ground, files: ground.files, from: base, to: tree, changes };
  const interrupted = made !== undefined && marks.moving === made;
  if (wanted.kind === 'checkout' && !interrupted) await assertClean(move);
  const commit = made ?? (await make({ ground, sandboxes }, ref, { base, tree, message: options.message, hooks }));
  // From here on it must be completed.
  if (!interrupted) assertNotAborted(signal);
  const applied =
    wanted.kind === 'branch'
      ? await swap(ground, [
          `update ${target.ref} ${commit} ${target.commit ?? '0'.repeat(commit.length)}`,
          `update ${ref}/done ${commit}`,
          `delete ${ref}/made`,
        ])
      : await applyInCheckout(move, { ref, branch: target.ref, commit, interrupted });
  if (applied) return { outcome: 'applied', commits: [commit], files, ...(await userChanges(ground, wanted)) };
  return movedTarget(ground, (await ground.database.commitOf(target.ref)) ?? base);
}

/** Returns your uncommitted changes that are still in the checkout. */
async function userChanges({ files }: ProjectRepository, { kind }: ApplyTarget): Promise<{ uncommitted?: string[] }> {
  const left = kind === 'checkout' ? await uncommitted(files) : [];
  return left.length === 0 ? {} : { uncommitted: left };
}

async function make(
  { ground, sandboxes }: Pick<ApplyContext, 'ground' | 'sandboxes'>,
  ref: string,
  what: { base: string; tree: string; message: string; hooks: HookLimits },
): Promise<string> {
  const commit = await createCommit(ground, sandboxes, { ...what, id: ref.slice(-24) });
  await ground.objects.exec(['update-ref', `${ref}/made`, commit]);
  return commit;
}

/** Files first, as git does: until the branch moves, a crash leaves at worst a result that looks staged. */
async function applyInCheckout(
  move: CheckoutMove,
  { ref, branch, commit, interrupted }: { ref: string; branch: string; commit: string; interrupted: boolean },
): Promise<boolean> {
  const { ground, from } = move;
  if (interrupted) await finishMove(move);
  else await beginMove(move, ref, commit);
  const finished = [`update ${ref}/done ${commit}`, `delete ${ref}/moving`, `delete ${ref}/made`];
  const lines = [`update ${branch} ${commit} ${from}`, ...finished];
  const applied = await swap(ground, lines).catch(async error => {
    // The ref is locked: if the branch did not move, undo, so that nothing incomplete is left.
    if ((await ground.database.commitOf(branch)) === from) await undoMove(move, ref);
    throw error;
  });
  if (!applied) await undoMove(move, ref);
  return applied;
}

/** A marker that cannot be removed now is harmless: the next attempt finds the files in their old state and moves them. */
async function undoMove(move: CheckoutMove, ref: string): Promise<void> {
  await moveFiles({ ...move, from: move.to, to: move.from });
  await move.ground.objects.tryRun(['update-ref', '-d', `${ref}/moving`]);
}

/** Moves the files while the marker is set, which remains after a crash. */
export async function beginMove(move: CheckoutMove, ref: string, commit: string): Promise<void> {
  const { objects } = move.ground;
  await objects.exec(['update-ref', `${ref}/moving`, commit]);
  await moveFiles(move).catch(async error => {
    // These errors come before the first file is written; after any other error the move must still be completed.
    const untouched = TroupeError.is(error) && (error.code === 'DIRTY_CHECKOUT' || error.code === 'LOCK_CONFLICT');
    if (untouched) await objects.exec(['update-ref', '-d', `${ref}/moving`]);
    throw error;
  });
}

/** Sets all refs or none; false when one of them had changed. */
async function swap({ files }: ProjectRepository, lines: readonly string[]): Promise<boolean> {
  const input = ['start', ...lines, 'prepare', 'commit', ''].join('\n');
  const words = ['update-ref', '-m', 'troupe: apply', '--stdin'];
  const { code, stderr } = await files.tryRun(words, { input });
  if (code === 0) return true;
  if (/but expected|reference already exists|unable to resolve reference/.test(stderr)) return false;
  throw gitFailedError(words, files.location, code, stderr);
}

async function isCommitOf(
  { objects }: ProjectRepository,
  commit: string | undefined,
  { base, tree }: { base: string; tree: string },
): Promise<boolean> {
  if (commit === undefined) return false;
  const found = await objects.text(['rev-parse', `${commit}^`, `${commit}^{tree}`]);
  return found.trimEnd() === `${base}\n${tree}`;
}

async function holds({ objects }: ProjectRepository, target: ResolvedTarget, commit: string): Promise<boolean> {
  if (target.commit === null) return false;
  return (await objects.tryRun(['merge-base', '--is-ancestor', commit, target.commit])).code === 0;
}

async function movedTarget({ database }: ProjectRepository, commit: string): Promise<ApplyResult> {
  return { outcome: 'moved', commit, tree: await database.treeOf(commit) };
}
