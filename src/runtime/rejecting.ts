/** Parts of a result that go back with a reason: taken out, and done otherwise by a subplan. */
import type { CorrectionOrder } from '../model/correction.ts';
import type { SpawnPayload } from '../model/decision.ts';
import { Fault } from '../model/fault.ts';
import { linesOf } from '../model/hunk.ts';
import { mainLink } from '../model/link.ts';
import type { PlanRecord } from '../model/plan.ts';
import { type CorrectionReport, planCorrection } from './correcting.ts';
import { review } from './landing.ts';
import { type Chosen, chosenOf, restOf, textOf, treeOf } from './parts.ts';
import type { PlanHost } from './plan-handle.ts';

/** A part of a result that is not wanted so, and why. */
export interface Rejection {
  /** A path, a folder, or a hunk as `path#2`. */
  part: string;
  reason: string;
}

/** A diff that goes back with a rejection is cut: its reader has the file. */
const charactersMax = 20_000;

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
      hints: [`troupe plan review --plan ${record.planId}`, 'troupe help plan reject'],
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
  const taken = rejectedIn(rejected);
  const text = shown.length > charactersMax ? `${shown.slice(0, charactersMax)}\n(cut)` : shown;
  return decisions.map(decision =>
    decision.type === 'subplan_spawn'
      ? { ...decision, payload: { ...decision.payload, guidance: [text], rejected: taken } }
      : decision,
  );
}

/** What was rejected, so that it is recognised when it comes back as it was. */
function rejectedIn(rejected: Chosen): NonNullable<SpawnPayload['rejected']> {
  return [...rejected].map(([{ path, after, hunks }, taken]) => ({
    path,
    after,
    hunks: taken === 'all' ? [] : hunks.filter(({ number }) => taken.has(number)).map(linesOf),
  }));
}
