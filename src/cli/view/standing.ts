import type { PlanRecord } from '../../index.ts';
import { cleanLine } from '../clean.ts';
import { count } from '../progress/sentence.ts';
import { progressMade } from './progress-made.ts';
import { queuesFor, waitsFor } from './waiting.ts';

/** Where a plan stands, in two words. */
export function standing({ phase, state }: Pick<PlanRecord, 'phase' | 'state'>): string {
  return state === 'applied' || state === 'cancelled' ? state : `${phase} ${state}`;
}

/** Why a plan is where it is, in one sentence. */
export function reason(record: PlanRecord): string {
  const { phase, state, error } = record;
  switch (state) {
    case 'queued':
      if (phase === 'strategize') return 'It was made and has not been started.';
      return record.resting && phase === 'execute'
        ? 'It was taken back to a checkpoint; going on is yours to decide.'
        : `It waits for its turn to ${phase}.`;
    case 'processing':
      if (record.approvals?.length) return asks(record.approvals);
      if (record.waiting !== null) return `It waits; ${waitsFor(record.waiting)}`;
      if (record.queue) return `It waits; ${queuesFor(record.queue)}.`;
      return `It is at work: ${progressMade(record)}${inParts(record)}.`;
    case 'complete':
      return blocked(record) ?? whatIsComplete(record);
    case 'conflicted':
      return `${count(record.conflicts.length, 'conflict')} must be resolved before the merge can go on.`;
    case 'errored':
      return `${phase} failed: ${cleanLine(error?.message ?? record.errorMessage ?? 'unknown reason')}`;
    case 'constrained':
      return `The result may not land: ${cleanLine(error?.message ?? record.errorMessage ?? 'a check failed')}`;
    case 'paused':
      return 'Somebody paused it.';
    case 'applied':
      return `It was applied: ${count(record.applySummary?.files.length ?? 0, 'file')}${inParts(record)}.`;
    case 'cancelled':
      return `It was cancelled: ${cleanLine(record.cancelReason ?? 'no reason given')}.`;
  }
}

/** What landed before the rest. */
function inParts({ landings = [] }: PlanRecord): string {
  if (landings.length === 0) return '';
  const files = new Set(landings.flatMap(part => part.files)).size;
  const commits = landings.flatMap(part => part.commits.map(commit => commit.slice(0, 8))).join(', ');
  return `; ${count(files, 'file')} landed before${commits === '' ? '' : ` (${commits})`}`;
}

function asks(approvals: NonNullable<PlanRecord['approvals']>): string {
  const told = approvals.map(({ tool, input, approvalId }) => `${tool} ${cleanLine(input)} (${approvalId.slice(-8)})`);
  return `It waits for approval of ${told.join('; ')}.`;
}

/** A reconciliation that failed holds a plan where it was; the error tells. */
function blocked({ error }: PlanRecord): string | null {
  return error === null ? null : `It may not go on: ${cleanLine(error.message)}`;
}

function whatIsComplete(record: PlanRecord): string {
  const { phase, automationProfile, changeSet } = record;
  if (phase === 'strategize')
    return `The strategy is ready; the profile "${automationProfile}" leaves the next step to you.`;
  return `The result is ready to be looked at: ${count(changeSet?.files.length ?? 0, 'file')} changed${inParts(record)}; landing it is yours to decide.`;
}
