/** Rejects parts of a result: removes them, and has a subplan redo them. */
import { commandHint } from '../../model/command-hint.ts';
import type { CorrectionRequest } from '../../model/correction.ts';
import type { SpawnPayload } from '../../model/decision.ts';
import { TroupeError } from '../../model/errors.ts';
import type { PlanRecord } from '../../model/plan.ts';
import { primaryProject } from '../../model/primary-project.ts';
import { hunkBody } from '../../model/unified-diff.ts';
import { type CorrectionReport, prepareCorrection } from '../correction/prepare.ts';
import type { PlanHost } from '../plans/plan-host.ts';
import { loadReview } from './prepare.ts';
import {
  buildSelectedTree,
  invertSelection,
  type PartSelection,
  parseSelection,
  renderSelection,
} from './selection.ts';

/** A rejected part of a result, and the reason. */
export interface PartRejection {
  /** A path, a folder, or a hunk as `path#2`. */
  part: string;
  reason: string;
}

/** The diff of a rejection is truncated: the agent has the file. */
const charactersMax = 20_000;

/**
 * Removes the rejected parts from the result and adds a subplan that redoes them; everything else stays.
 * @throws {TroupeError} USAGE, PHASE_GUARD, NOT_CORRECTABLE
 */
export async function prepareRejection(
  host: PlanHost,
  record: PlanRecord,
  rejections: readonly PartRejection[],
  how: { dryRun?: boolean; force?: boolean },
): Promise<{ order: CorrectionRequest; report: CorrectionReport }> {
  if (rejections.length === 0 || rejections.some(({ reason }) => reason.trim() === '')) {
    throw new TroupeError('USAGE', 'A rejection needs the rejected parts and a reason', {
      where: `plan ${record.planId}`,
      hints: [commandHint('plan review', { planId: record.planId }), commandHint('help plan reject')],
    });
  }
  const files = await loadReview(host, record);
  const rejected = parseSelection(
    files,
    rejections.map(({ part }) => part),
  );
  const reasons = rejections.map(({ part, reason }) => `${part}: ${reason.replace(/\s+/g, ' ').trim()}`).join('; ');
  const guidance = `Rejected in review; do it differently or not at all: ${reasons}`;
  const { order, report } = await prepareCorrection(host, record, record.decisionRootId, {
    ...how,
    mode: 'append',
    guidance,
  });
  const treeOid = await buildSelectedTree(
    host.project,
    primaryProject(record).baseTree,
    invertSelection(files, rejected),
  );
  await host.project.pin(`plans/${record.planId}/reviewed`, treeOid);
  return { order: { ...order, treeOid, decisions: withDiff(order, rejected) }, report };
}

/** The subplan gets the diff of the removed parts. */
function withDiff({ decisions }: CorrectionRequest, rejected: PartSelection): CorrectionRequest['decisions'] {
  const shown = `This was taken out of the result:\n${renderSelection(rejected)}`;
  const parts = toRejectedParts(rejected);
  const text = shown.length > charactersMax ? `${shown.slice(0, charactersMax)}\n(cut)` : shown;
  return decisions.map(decision =>
    decision.type === 'subplan_spawn'
      ? { ...decision, payload: { ...decision.payload, guidance: [text], rejected: parts } }
      : decision,
  );
}

/** Stores what was rejected, to recognize it when it appears again unchanged. */
function toRejectedParts(rejected: PartSelection): NonNullable<SpawnPayload['rejected']> {
  return [...rejected].map(([{ path, after, hunks }, selected]) => ({
    path,
    after,
    hunks: selected === 'all' ? [] : hunks.filter(({ number }) => selected.has(number)).map(hunkBody),
  }));
}
