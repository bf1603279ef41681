/** Bringing a result home, before it happens: which part of it, and what that would meet. */

import type { ApplyInstructions, CommitTrailers, PostApplyHook } from '../../model/apply.ts';
import { formatCommitMessage, nothingToApplyError } from '../../model/apply.ts';
import type { FileChange } from '../../model/change.ts';
import type { PlanCommand } from '../../model/effects.ts';
import { type SerializedError, TroupeError } from '../../model/errors.ts';
import { commandHints, withPlanId } from '../../model/hints.ts';
import type { PlanRecord } from '../../model/plan.ts';
import { primaryProject } from '../../model/primary-project.ts';
import type { ApplyTarget } from '../../model/target.ts';
import { targetCheckouts } from '../../model/target-checkout.ts';
import type { Project } from '../../ports/project.ts';
import { waitForEvent } from '../events/wait-for-event.ts';
import type { PlanHost } from '../plans/plan-handle.ts';
import { hasReviewedResult, mergeCompleted } from './completed-subplans.ts';
import {
  buildSelectedTree,
  formatSelection,
  invertSelection,
  loadReviewedFiles,
  type PartSelection,
  parseSelection,
  type ReviewedFile,
} from './selection.ts';
import { assertSameTarget, requestedTarget, resolveTarget } from './target.ts';

export interface ApplyOptions {
  /** @default where parts of it were applied before, or the checkout and the branch the plan was made on */
  target?: ApplyTarget;
  /**
   * The checkout that the person stands in, who is asked when no target is said and the plan was made in another.
   * @default the one the plan was made in
   */
  from?: string;
  /** Paths, folders, and hunks as `path#2`: only these land, once the checks hold for them alone. @default all */
  only?: string[];
  /** What `only` leaves behind is let go of, and the plan is over. @default it stays and can land later */
  discardRest?: boolean;
  /** What finished subplans made lands, and the plan goes on from there. */
  finished?: boolean;
  /** The same for these alone, by id, or beginning or end of one, with those they began with. @default all that are finished */
  subplans?: string[];
  /** Only as long as it is still what `preview` showed: its `treeOid`. @default whatever it is by then */
  expectedTree?: string;
  /** Trailers of the commit. @default the action's */
  commit?: CommitTrailers;
  /** Run in the project once the result has landed. @default the action's */
  postApply?: PostApplyHook;
}

/** What `apply` would do now. */
export interface ApplyPreview {
  /** What would land, of the plan's own. */
  treeOid: string;
  target: ApplyTarget;
  files: FileChange[];
  /** As git tells it. */
  stat: string;
  /** Parts that would stay behind. */
  excluded: string[];
  /** Of a part: the subplans whose work would land. */
  subplans: string[];
  /** Whether the plan would go on afterwards. */
  continues: boolean;
  /** The message of the commit. */
  message: string;
  /** Why the applyActor did not write that message, where it should have; null where it did, or none was asked. */
  messageError: SerializedError | null;
  postApply: PostApplyHook | null;
  /** The target is not where the result was made from: it would be merged, and what conflicts would bar the way. */
  moved: { commit: string; conflicts: string[] } | null;
  /** Files in the checkout with changes of the user's, which would stay as they are. */
  uncommitted: string[];
  /** Why it would be refused; null when it would not. */
  blockedBy: SerializedError | null;
}

/** @throws {TroupeError} PHASE_GUARD when there is no reviewed result */
export async function loadReview(host: PlanHost, record: PlanRecord): Promise<ReviewedFile[]> {
  const { baseTree, alias } = primaryProject(record);
  return loadReviewedFiles(host.project, { from: baseTree, to: requireResult(record), alias });
}

/** What a person said, as the plan is told; undefined when nothing was said. @throws {TroupeError} USAGE, PHASE_GUARD */
async function createApplyRequest(
  host: PlanHost,
  record: PlanRecord,
  { only, commit: note, postApply }: ApplyOptions,
): Promise<ApplyInstructions | undefined> {
  const [commit, after] = [note ?? null, postApply ?? null];
  if (only === undefined && commit === null && after === null) return undefined;
  if (only === undefined) return { selection: null, commit, after };
  const { treeOid, rest } = await selectParts(host, record, only);
  if (rest.size === 0) return { selection: null, commit, after };
  await host.project.pin(`plans/${record.planId}/chosen`, treeOid);
  return { selection: { treeOid, left: formatSelection(rest) }, commit, after };
}

/** What is meant to land. */
interface ApplySelection {
  treeOid: string;
  excluded: string[];
  subplans: string[];
  continues: boolean;
}

/** @throws {TroupeError} USAGE, PHASE_GUARD, UNKNOWN_PLAN, NOTHING_TO_APPLY, MERGE_CONFLICT */
async function selectTree(host: PlanHost, record: PlanRecord, options: ApplyOptions): Promise<ApplySelection> {
  const { only, discardRest = false, finished = false, subplans } = options;
  const whole = { excluded: [], subplans: [], continues: false };
  if (only !== undefined && (finished || subplans !== undefined)) throw conflictingOptionsError(record);
  if (only !== undefined) {
    const { treeOid, rest } = await selectParts(host, record, only);
    return { ...whole, treeOid, excluded: formatSelection(rest), continues: rest.size > 0 && !discardRest };
  }
  const isAll = subplans === undefined && (!finished || hasReviewedResult(record));
  if (isAll) return { ...whole, treeOid: requireResult(record) };
  return { excluded: [], ...(await mergeCompleted(host, record, subplans ?? null)), continues: true };
}

/**
 * The command that brings home what was asked for.
 * @throws {TroupeError} USAGE, PHASE_GUARD, UNKNOWN_PLAN, NOTHING_TO_APPLY, MERGE_CONFLICT
 */
export async function prepareApply(
  host: PlanHost,
  record: PlanRecord,
  options: ApplyOptions,
): Promise<Extract<PlanCommand, { type: 'apply' | 'applyPart' }>> {
  const target = await resolveTarget(host, record, options);
  const isPart = options.only !== undefined || options.finished === true || options.subplans !== undefined;
  const selection = isPart ? await selectTree(host, record, options) : null;
  if (selection === null || !selection.continues) {
    const order = await createApplyRequest(host, record, options);
    return { type: 'apply', target, approved: true, ...(order === undefined ? {} : { order }) };
  }
  assertSameTarget(record, target);
  const { treeOid, subplans, excluded } = selection;
  if (options.expectedTree !== undefined && options.expectedTree !== treeOid) throw previewOutdatedError(record);
  await host.project.pin(`plans/${record.planId}/chosen`, treeOid);
  const { commit = null, postApply = null } = options;
  const { attempt } = record;
  const { baseTree } = primaryProject(record);
  const ids = { applyId: host.mintId(), checkpointId: host.mintId() };
  return {
    type: 'applyPart',
    order: { ...ids, attempt, baseTree, treeOid, target, subplans, left: excluded, commit, after: postApply },
  };
}

/** Until a part has landed. @throws {TroupeError} why it did not; the plan is as it was then */
export function waitForPartialApply(host: PlanHost, planId: string, applyId: string): Promise<true> {
  return waitForEvent(host, planId, event => {
    if (event.type === 'plan.part_applied' && event.part.applyId === applyId) return true;
    if (event.type === 'plan.part_apply_failed' && event.applyId === applyId)
      throw TroupeError.deserialize(event.error);
    return undefined;
  });
}

function previewOutdatedError({ planId }: PlanRecord): TroupeError {
  return new TroupeError('LOCK_CONFLICT', 'More is finished by now than was shown', {
    where: `plan ${planId}`,
    hints: [`troupe plan apply ${planId} --finished --dry-run`, `troupe plan tree ${planId}`],
  });
}

function conflictingOptionsError({ planId }: PlanRecord): TroupeError {
  return new TroupeError(
    'USAGE',
    'Parts are chosen of a reviewed result, or by the subplans that made them, not both',
    {
      where: `plan ${planId}`,
      hints: [`troupe plan review --plan ${planId}`, `troupe plan tree ${planId}`],
    },
  );
}

/** @throws {TroupeError} USAGE, PHASE_GUARD, UNKNOWN_PLAN, NOTHING_TO_APPLY, MERGE_CONFLICT */
export async function previewApply(host: PlanHost, record: PlanRecord, options: ApplyOptions): Promise<ApplyPreview> {
  const { project } = host;
  const { commit, postApply } = options;
  const target = requestedTarget(record, options) ?? { kind: 'checkout' };
  const { baseTree: from, baseCommit: base, alias } = primaryProject(record);
  const selection = await selectTree(host, record, options);
  const tree = selection.treeOid;
  if (selection.continues) assertSameTarget(record, target);
  // It was written for the whole result, and says nothing of a part.
  const agentMessage = tree === record.resultTree ? (record.commitMessage?.message ?? null) : null;
  const preview: ApplyPreview = {
    target,
    files: (await project.changes({ alias, from, to: tree })).files,
    stat: await project.diff({ from, to: tree, stat: true }),
    ...selection,
    message: formatCommitMessage(
      { goal: record.description, planId: record.planId, written: agentMessage },
      commit ?? record.commit,
    ),
    messageError: record.commitMessage?.error ?? null,
    postApply: postApply ?? record.afterApply ?? null,
    moved: null,
    uncommitted: [],
    blockedBy: null,
  };
  try {
    preview.target = await resolveTarget(host, record, options);
    const places = targetCheckouts(preview.target, record.projectLinks);
    const conditions = await project.checkTarget({ base, tree, target, places });
    const moved = conditions.moved ?? (await changesBeyondPlan(project, base, from));
    if (moved === null) return { ...preview, uncommitted: conditions.uncommitted ?? [] };
    const sides = { base: from, ours: moved.tree, theirs: tree, alias, theirsPlanId: record.planId };
    const merged = await project.mergeTrees(sides);
    if (merged.clean && merged.treeOid === moved.tree && !record.allowEmpty) {
      throw nothingToApplyError(record.planId, target);
    }
    if (!merged.clean) {
      const conflicts = merged.conflicts.map(({ path }) => path);
      return { ...preview, moved: { commit: moved.commit, conflicts } };
    }
    preview.moved = { commit: moved.commit, conflicts: [] };
    const { uncommitted = [] } = await project.checkTarget({
      base: moved.commit,
      tree: merged.treeOid,
      target,
      places,
    });
    return { ...preview, uncommitted };
  } catch (thrown) {
    if (!TroupeError.is(thrown)) throw thrown;
    return { ...preview, blockedBy: withPlanId(thrown.toJSON(), record.planId) };
  }
}

/** What a base holds beside what landed of the plan: others were at work there meanwhile. */
async function changesBeyondPlan(
  project: Project,
  commit: string,
  ownTree: string,
): Promise<{ commit: string; tree: string } | null> {
  const { tree } = await project.head(commit);
  return tree === ownTree ? null : { commit, tree };
}

async function selectParts(
  host: PlanHost,
  record: PlanRecord,
  only: readonly string[],
): Promise<{ treeOid: string; rest: PartSelection }> {
  const files = await loadReview(host, record);
  const selection = parseSelection(files, only);
  return {
    treeOid: await buildSelectedTree(host.project, primaryProject(record).baseTree, selection),
    rest: invertSelection(files, selection),
  };
}

function requireResult({ planId, resultTree, phase, state, availableCommands }: PlanRecord): string {
  if (resultTree !== null) return resultTree;
  throw new TroupeError('PHASE_GUARD', `There is no reviewed result yet: the plan is at ${phase}.${state}`, {
    where: `plan ${planId}`,
    hints: [...commandHints(availableCommands, planId), `troupe plan explain ${planId}`],
  });
}
