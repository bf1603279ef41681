/** Prepares an apply: selects the parts of the result, and previews the effect. */

import type { ApplyInstructions, PostApplyHook } from '../../model/apply.ts';
import { formatCommitMessage, nothingToApplyError } from '../../model/apply.ts';
import type { FileChange } from '../../model/change.ts';
import { commandHint } from '../../model/command-hint.ts';
import type { PlanCommand } from '../../model/effects.ts';
import { type SerializedError, TroupeError } from '../../model/errors.ts';
import { allowedCommandHints, withPlanId } from '../../model/hints.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import type { PlanRecord } from '../../model/plan.ts';
import { primaryProject } from '../../model/primary-project.ts';
import type { ApplyTarget } from '../../model/target.ts';
import { targetCheckouts } from '../../model/target-checkout.ts';
import type { Project } from '../../ports/project.ts';
import type { PlanHost } from '../plans/plan-host.ts';
import type { ApplyOptions } from './apply-options.ts';
import { isFullyReviewed, mergeCompleted } from './completed-subplans.ts';
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

/** What `apply` would do now. */
export interface ApplyPreview {
  /** The tree that would be applied, without the target's own changes. */
  treeOid: string;
  target: ApplyTarget;
  files: FileChange[];
  /** In git's format. */
  stat: string;
  /** Parts that would not be applied. */
  excluded: string[];
  /** For a part: the subplans whose work would be applied. */
  subplans: string[];
  /** Whether the plan would continue afterwards. */
  continues: boolean;
  /** The message of the commit. */
  message: string;
  /** Why the applyActor did not write the message; null when it did, or none was requested. */
  messageError: SerializedError | null;
  postApply: PostApplyHook | null;
  /** Set when the target is not the base of the result: the new head to merge onto, and conflicts that would prevent it. */
  moved: { commit: string; conflicts: string[] } | null;
  /** Files in the checkout with your uncommitted changes, which would stay unchanged. */
  uncommitted: string[];
  /** Why the apply would be rejected; null when it would not. */
  blockedBy: SerializedError | null;
}

/** @throws {TroupeError} PHASE_GUARD when there is no reviewed result */
export async function loadReview(host: PlanHost, record: PlanRecord): Promise<ReviewedFile[]> {
  const { baseTree, alias } = primaryProject(record);
  return loadReviewedFiles(host.project, { from: baseTree, to: requireResult(record), alias });
}

/** Returns the instructions for the plan; undefined when no option was given. @throws {TroupeError} USAGE, PHASE_GUARD */
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

/** What to apply. */
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
  const isAll = subplans === undefined && (!finished || isFullyReviewed(record));
  if (isAll) return { ...whole, treeOid: requireResult(record) };
  return { excluded: [], ...(await mergeCompleted(host, record, subplans ?? null)), continues: true };
}

/**
 * Returns the command that applies the selection.
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
    return { type: 'apply', target, approved: true, ...omitUndefined({ order }) };
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

function previewOutdatedError({ planId }: PlanRecord): TroupeError {
  return new TroupeError('LOCK_CONFLICT', 'More is finished by now than was shown', {
    where: `plan ${planId}`,
    hints: [
      commandHint('plan apply', { planId, options: { finished: true, dryRun: true } }),
      commandHint('plan tree', { planId }),
    ],
  });
}

function conflictingOptionsError({ planId }: PlanRecord): TroupeError {
  return new TroupeError(
    'USAGE',
    'Parts are chosen of a reviewed result, or by the subplans that made them, not both',
    {
      where: `plan ${planId}`,
      hints: [commandHint('plan review', { planId }), commandHint('plan tree', { planId })],
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
  // The agent's message was written for the whole result and does not fit a part.
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
    TroupeError.assert(thrown);
    return { ...preview, blockedBy: withPlanId(thrown.toJSON(), record.planId) };
  }
}

/** Returns what a base contains besides the plan's own applied work: changes of others. */
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
    hints: [...allowedCommandHints(availableCommands, planId), commandHint('plan explain', { planId })],
  });
}
