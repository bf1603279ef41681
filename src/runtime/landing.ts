/** Bringing a result home, before it happens: which part of it, and what that would meet. */
import { forPlan, onward } from '../model/advice.ts';
import type { FileChange } from '../model/change.ts';
import type { PlanCommand } from '../model/contract.ts';
import { Fault, type StoredFault } from '../model/fault.ts';
import type { AfterLanding, CommitNote, LandingOrder } from '../model/landing.ts';
import { messageOf, nothingToApply } from '../model/landing.ts';
import { mainLink } from '../model/link.ts';
import { placesFor } from '../model/places.ts';
import type { PlanRecord } from '../model/plan.ts';
import type { ApplyTarget } from '../model/target.ts';
import type { Project } from '../ports/project.ts';
import { refuseElsewhere, resolveTarget, targetSaid } from './apply-target.ts';
import { finishedWork, isReviewed } from './finished.ts';
import { type Chosen, chosenOf, namesOf, type ReviewedFile, restOf, reviewedFiles, treeOf } from './parts.ts';
import type { PlanHost } from './plan-handle.ts';
import { told } from './told.ts';

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
  dropRest?: boolean;
  /** What finished subplans made lands, and the plan goes on from there. */
  finished?: boolean;
  /** The same for these alone, by id, or beginning or end of one, with those they began with. @default all that are finished */
  subplans?: string[];
  /** Only as long as it is still what `preview` showed: its `treeOid`. @default whatever it is by then */
  shown?: string;
  /** Trailers of the commit. @default the action's */
  commit?: CommitNote;
  /** Run in the project once the result has landed. @default the action's */
  after?: AfterLanding;
}

/** What `apply` would do now. */
export interface LandingPreview {
  /** What would land, of the plan's own. */
  treeOid: string;
  target: ApplyTarget;
  files: FileChange[];
  /** As git tells it. */
  stat: string;
  /** Parts that would stay behind. */
  left: string[];
  /** Of a part: the subplans whose work would land. */
  subplans: string[];
  /** Whether the plan would go on afterwards. */
  goesOn: boolean;
  /** The message of the commit. */
  message: string;
  /** Why the applyActor did not write that message, where it should have; null where it did, or none was asked. */
  messageFault: StoredFault | null;
  after: AfterLanding | null;
  /** The target is not where the result was made from: it would be merged, and what conflicts would bar the way. */
  moved: { commit: string; conflicts: string[] } | null;
  /** Files in the checkout with changes of the user's, which would stay as they are. */
  uncommitted: string[];
  /** Why it would be refused; null when it would not. */
  obstacle: StoredFault | null;
}

/** @throws {Fault} PHASE_GUARD when there is no reviewed result */
export async function review(host: PlanHost, record: PlanRecord): Promise<ReviewedFile[]> {
  const { baseTree, alias } = mainLink(record);
  return reviewedFiles(host.project, { from: baseTree, to: resultOf(record), alias });
}

/** What a person said, as the plan is told; undefined when nothing was said. @throws {Fault} USAGE, PHASE_GUARD */
async function landingOrder(
  host: PlanHost,
  record: PlanRecord,
  { only, ...how }: ApplyOptions,
): Promise<LandingOrder | undefined> {
  const { commit = null, after = null }: Partial<Pick<LandingOrder, 'commit' | 'after'>> = how;
  if (only === undefined && commit === null && after === null) return undefined;
  if (only === undefined) return { chosen: null, commit, after };
  const { treeOid, rest } = await choose(host, record, only);
  if (rest.size === 0) return { chosen: null, commit, after };
  await host.project.pin(`plans/${record.planId}/chosen`, treeOid);
  return { chosen: { treeOid, left: namesOf(rest) }, commit, after };
}

/** What is meant to land. */
interface Meant {
  treeOid: string;
  left: string[];
  subplans: string[];
  goesOn: boolean;
}

/** @throws {Fault} USAGE, PHASE_GUARD, UNKNOWN_PLAN, NOTHING_TO_APPLY, MERGE_CONFLICT */
async function meantBy(host: PlanHost, record: PlanRecord, options: ApplyOptions): Promise<Meant> {
  const { only, dropRest = false, finished = false, subplans } = options;
  const whole = { left: [], subplans: [], goesOn: false };
  if (only !== undefined && (finished || subplans !== undefined)) throw twofold(record);
  if (only !== undefined) {
    const { treeOid, rest } = await choose(host, record, only);
    return { ...whole, treeOid, left: namesOf(rest), goesOn: rest.size > 0 && !dropRest };
  }
  const isAll = subplans === undefined && (!finished || isReviewed(record));
  if (isAll) return { ...whole, treeOid: resultOf(record) };
  return { left: [], ...(await finishedWork(host, record, subplans ?? null)), goesOn: true };
}

/**
 * The command that brings home what was asked for.
 * @throws {Fault} USAGE, PHASE_GUARD, UNKNOWN_PLAN, NOTHING_TO_APPLY, MERGE_CONFLICT
 */
export async function applyCommand(
  host: PlanHost,
  record: PlanRecord,
  options: ApplyOptions,
): Promise<Extract<PlanCommand, { type: 'apply' | 'land' }>> {
  const target = await resolveTarget(host, record, options);
  const isPart = options.only !== undefined || options.finished === true || options.subplans !== undefined;
  const meant = isPart ? await meantBy(host, record, options) : null;
  if (meant === null || !meant.goesOn) {
    const order = await landingOrder(host, record, options);
    return { type: 'apply', target, approved: true, ...(order === undefined ? {} : { order }) };
  }
  refuseElsewhere(record, target);
  const { treeOid, subplans, left } = meant;
  if (options.shown !== undefined && options.shown !== treeOid) throw otherThanShown(record);
  await host.project.pin(`plans/${record.planId}/chosen`, treeOid);
  const { commit = null, after = null } = options;
  const { attempt } = record;
  const { baseTree } = mainLink(record);
  const ids = { landingId: host.mintId(), checkpointId: host.mintId() };
  return { type: 'land', order: { ...ids, attempt, baseTree, treeOid, target, subplans, left, commit, after } };
}

/** Until a part has landed. @throws {Fault} why it did not; the plan is as it was then */
export function partLanded(host: PlanHost, planId: string, landingId: string): Promise<true> {
  return told(host, planId, event => {
    if (event.type === 'plan.part_landed' && event.part.landingId === landingId) return true;
    if (event.type === 'plan.part_refused' && event.landingId === landingId) throw Fault.revive(event.fault);
    return undefined;
  });
}

function otherThanShown({ planId }: PlanRecord): Fault {
  return new Fault('LOCK_CONFLICT', 'More is finished by now than was shown', {
    where: `plan ${planId}`,
    hints: [`troupe plan apply ${planId} --finished --dry-run`, `troupe plan tree ${planId}`],
  });
}

function twofold({ planId }: PlanRecord): Fault {
  return new Fault('USAGE', 'Parts are chosen of a reviewed result, or by the subplans that made them, not both', {
    where: `plan ${planId}`,
    hints: [`troupe plan review --plan ${planId}`, `troupe plan tree ${planId}`],
  });
}

/** @throws {Fault} USAGE, PHASE_GUARD, UNKNOWN_PLAN, NOTHING_TO_APPLY, MERGE_CONFLICT */
export async function previewLanding(
  host: PlanHost,
  record: PlanRecord,
  options: ApplyOptions,
): Promise<LandingPreview> {
  const { project } = host;
  const { commit, after } = options;
  const target = targetSaid(record, options) ?? { kind: 'checkout' };
  const { baseTree: from, baseCommit: base, alias } = mainLink(record);
  const meant = await meantBy(host, record, options);
  const tree = meant.treeOid;
  if (meant.goesOn) refuseElsewhere(record, target);
  // It was written for the whole result, and says nothing of a part.
  const written = tree === record.resultTree ? (record.commitMessage?.message ?? null) : null;
  const preview: LandingPreview = {
    target,
    files: (await project.changes({ alias, from, to: tree })).files,
    stat: await project.diff({ from, to: tree, stat: true }),
    ...meant,
    message: messageOf({ goal: record.description, planId: record.planId, written }, commit ?? record.commit),
    messageFault: record.commitMessage?.fault ?? null,
    after: after ?? record.afterApply ?? null,
    moved: null,
    uncommitted: [],
    obstacle: null,
  };
  try {
    preview.target = await resolveTarget(host, record, options);
    const places = placesFor(preview.target, record.projectLinks);
    const outlook = await project.outlook({ base, tree, target, places });
    const moved = outlook.moved ?? (await beyond(project, base, from));
    if (moved === null) return { ...preview, uncommitted: outlook.uncommitted ?? [] };
    const sides = { base: from, ours: moved.tree, theirs: tree, alias, theirsPlanId: record.planId };
    const merged = await project.mergeTrees(sides);
    if (merged.clean && merged.treeOid === moved.tree && !record.allowEmpty) {
      throw nothingToApply(record.planId, target);
    }
    if (!merged.clean) {
      const conflicts = merged.conflicts.map(({ path }) => path);
      return { ...preview, moved: { commit: moved.commit, conflicts } };
    }
    preview.moved = { commit: moved.commit, conflicts: [] };
    const { uncommitted = [] } = await project.outlook({ base: moved.commit, tree: merged.treeOid, target, places });
    return { ...preview, uncommitted };
  } catch (thrown) {
    if (!Fault.is(thrown)) throw thrown;
    return { ...preview, obstacle: forPlan(thrown.toJSON(), record.planId) };
  }
}

/** What a base holds beside what landed of the plan: others were at work there meanwhile. */
async function beyond(project: Project, commit: string, own: string): Promise<{ commit: string; tree: string } | null> {
  const { tree } = await project.head(commit);
  return tree === own ? null : { commit, tree };
}

async function choose(
  host: PlanHost,
  record: PlanRecord,
  only: readonly string[],
): Promise<{ treeOid: string; rest: Chosen }> {
  const files = await review(host, record);
  const chosen = chosenOf(files, only);
  return { treeOid: await treeOf(host.project, mainLink(record).baseTree, chosen), rest: restOf(files, chosen) };
}

function resultOf({ planId, resultTree, phase, state, ways }: PlanRecord): string {
  if (resultTree !== null) return resultTree;
  throw new Fault('PHASE_GUARD', `There is no reviewed result yet: the plan is at ${phase}.${state}`, {
    where: `plan ${planId}`,
    hints: [...onward(ways, planId), `troupe plan explain ${planId}`],
  });
}
