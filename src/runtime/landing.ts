/** Bringing a result home, before it happens: which part of it, what that would meet, and what goes back with a reason. */
import { advise } from '../model/advice.ts';
import type { FileChange } from '../model/change.ts';
import type { CorrectionOrder } from '../model/correction.ts';
import { Fault, type StoredFault } from '../model/fault.ts';
import type { AfterLanding, CommitNote, LandingOrder } from '../model/landing.ts';
import { messageOf } from '../model/landing.ts';
import { mainLink } from '../model/link.ts';
import type { ApplyTarget, PlanRecord } from '../model/plan.ts';
import { type CorrectionReport, planCorrection } from './correcting.ts';
import { type Chosen, chosenOf, namesOf, type ReviewedFile, restOf, reviewedFiles, textOf, treeOf } from './parts.ts';
import type { PlanHost } from './plan-handle.ts';

export interface ApplyOptions {
  /** @default the checkout */
  target?: ApplyTarget;
  /** Paths, folders, and hunks as `path#2`: only these land, once the checks hold for them alone. @default all */
  only?: string[];
  /** Trailers of the commit. @default the action's */
  commit?: CommitNote;
  /** Run in the project once the result has landed. @default the action's */
  after?: AfterLanding;
}

/** What `apply` would do now. */
export interface LandingPreview {
  target: ApplyTarget;
  files: FileChange[];
  /** As git tells it. */
  stat: string;
  /** Parts that would stay behind. */
  left: string[];
  /** The message of the commit. */
  message: string;
  after: AfterLanding | null;
  /** The target is not where the result was made from: it would be merged, and what conflicts would bar the way. */
  moved: { commit: string; conflicts: string[] } | null;
  /** Why it would be refused; null when it would not. */
  obstacle: StoredFault | null;
}

/** A part of a result that is not wanted so, and why. */
export interface Rejection {
  /** A path, a folder, or a hunk as `path#2`. */
  part: string;
  reason: string;
}

/** A diff that goes back with a rejection is cut: its reader has the file. */
const charactersMax = 20_000;

/** @throws {Fault} PHASE_GUARD when there is no reviewed result */
export async function review(host: PlanHost, record: PlanRecord): Promise<ReviewedFile[]> {
  const { baseTree, alias } = mainLink(record);
  return reviewedFiles(host.project, { from: baseTree, to: resultOf(record), alias });
}

/** What a person said, as the plan is told; undefined when nothing was said. @throws {Fault} USAGE, PHASE_GUARD */
export async function landingOrder(
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

/** @throws {Fault} USAGE, PHASE_GUARD */
export async function previewLanding(
  host: PlanHost,
  record: PlanRecord,
  { target = { kind: 'checkout' }, only, commit, after }: ApplyOptions,
): Promise<LandingPreview> {
  const { project } = host;
  const { baseTree: from, baseCommit: base, alias } = mainLink(record);
  const { treeOid: tree, rest } =
    only === undefined ? { treeOid: resultOf(record), rest: new Map() } : await choose(host, record, only);
  const preview: LandingPreview = {
    target,
    files: (await project.changes({ alias, from, to: tree })).files,
    stat: await project.diff({ from, to: tree, stat: true }),
    left: namesOf(rest),
    message: messageOf(record.description, record.planId, commit ?? record.commit),
    after: after ?? record.afterApply ?? null,
    moved: null,
    obstacle: null,
  };
  try {
    const { moved } = await project.outlook({ base, tree, target });
    if (moved === null) return preview;
    const sides = { base: from, ours: moved.tree, theirs: tree, alias, theirsPlanId: record.planId };
    const merged = await project.mergeTrees(sides);
    const conflicts = merged.clean ? [] : merged.conflicts.map(({ path }) => path);
    return { ...preview, moved: { commit: moved.commit, conflicts } };
  } catch (thrown) {
    if (!Fault.is(thrown)) throw thrown;
    return { ...preview, obstacle: advise(thrown.toJSON(), record.planId, []) };
  }
}

/**
 * The rejected parts are taken out of the result, and a subplan is asked to do them otherwise; everything else stays.
 * @throws {Fault} USAGE, PHASE_GUARD, NOT_CORRECTABLE
 */
export async function planRejection(
  host: PlanHost,
  record: PlanRecord,
  rejections: readonly Rejection[],
  how: { dryRun?: boolean; force?: boolean },
): Promise<{ order: CorrectionOrder; report: CorrectionReport }> {
  if (rejections.length === 0 || rejections.some(({ reason }) => reason.trim() === '')) {
    throw new Fault('USAGE', 'A rejection names what is not wanted, and says why', {
      where: `plan ${record.planId}`,
      hints: ['troupe plan review', 'troupe plan reject PATH --reason "why"'],
    });
  }
  const files = await review(host, record);
  const rejected = chosenOf(
    files,
    rejections.map(({ part }) => part),
  );
  const told = rejections.map(({ part, reason }) => `${part}: ${reason.replace(/\s+/g, ' ').trim()}`).join('; ');
  const guidance = `Rejected in review, to be done otherwise or not at all: ${told}`;
  const { order, report } = await planCorrection(host, record, record.decisionRootId, {
    ...how,
    mode: 'append',
    guidance,
  });
  const treeOid = await treeOf(host.project, mainLink(record).baseTree, restOf(files, rejected));
  await host.project.pin(`plans/${record.planId}/reviewed`, treeOid);
  return { order: { ...order, treeOid, decisions: withDiff(order, rejected) }, report };
}

/** The subplan is shown what was taken out. */
function withDiff({ decisions }: CorrectionOrder, rejected: Chosen): CorrectionOrder['decisions'] {
  const shown = `This was taken out of the result:\n${textOf(rejected)}`;
  const text = shown.length > charactersMax ? `${shown.slice(0, charactersMax)}\n(cut)` : shown;
  return decisions.map(decision =>
    decision.type === 'subplan_spawn' ? { ...decision, payload: { ...decision.payload, guidance: [text] } } : decision,
  );
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

function resultOf({ planId, resultTree, phase, state }: PlanRecord): string {
  if (resultTree !== null) return resultTree;
  throw new Fault('PHASE_GUARD', `There is no reviewed result yet: the plan is at ${phase}.${state}`, {
    where: `plan ${planId}`,
    hints: [`troupe plan execute ${planId}`],
  });
}
