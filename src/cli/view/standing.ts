import { type PlanRecord, type Refused, refusedPhase } from '../../index.ts';
import { cleanLine } from '../clean.ts';
import { count } from '../progress/sentence.ts';
import { progressMade } from './progress-made.ts';
import { queuesFor, waitsFor } from './waiting.ts';

/** Where a plan is, in two words; of one that could not start a phase, that phase and `refused`. */
export function standing(plan: Refused): string {
  const { phase, state } = plan;
  const refused = refusedPhase(plan);
  if (refused !== null) return `${refused} refused`;
  return state === 'applied' || state === 'cancelled' ? state : `${phase} ${state}`;
}

/** Why a plan is where it is, in one sentence. */
export function reason(record: PlanRecord): string {
  const { phase, state, error } = record;
  switch (state) {
    case 'queued':
      if (record.checking) return `The checks before ${phase} are running.`;
      if (refusedPhase(record) !== null) return refusal(record);
      if (phase === 'strategize') return 'It was made and has not been started.';
      if (phase === 'apply') return 'It waits for its turn to apply.';
      return record.resting
        ? 'It was taken back to a checkpoint; going on is yours to decide.'
        : 'It waits for a slot to execute: as many plans are at work as may be.';
    case 'processing':
      if (record.approvals?.length) return asks(record.approvals);
      if (record.waiting !== null) return `It waits; ${waitsFor(record.waiting)}`;
      if (record.queue) return `It waits; ${queuesFor(record.queue)}.`;
      if (record.slot === 'wanted') return 'It could go on, and waits for a slot: as many plans are at work as may be.';
      if (record.subplansWait) return 'It waits for its subplans, none of which can go on now: the tree says why.';
      return `It is at work: ${progressMade(record)}${inParts(record)}.`;
    case 'complete':
      return refusedPhase(record) === null ? whatIsComplete(record) : refusal(record);
    case 'conflicted':
      return `${count(record.conflicts.length, 'conflict')} must be resolved before the merge can go on.`;
    case 'errored':
      return `${phase} failed: ${cleanLine(error?.message ?? record.errorMessage ?? 'unknown reason')}`;
    case 'constrained':
      return `The result may not land: ${cleanLine(error?.message ?? record.errorMessage ?? 'a check failed')}`;
    case 'paused':
      return error === null ? 'It is paused.' : `It is paused, with an error: ${cleanLine(error.message)}`;
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
  const told = approvals.map(({ words, approvalId }) => `${cleanLine(words)} (${approvalId.slice(-8)})`);
  return `It asks you to let it ${told.join('; ')}.`;
}

/** Preflight or an invariant kept the plan where it was; the error says why. */
function refusal(record: PlanRecord): string {
  return `${capitalized(refusedPhase(record) ?? record.phase)} was refused: ${cleanLine(record.error?.message ?? '')}`;
}

const capitalized = (word: string) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

function whatIsComplete(record: PlanRecord): string {
  const { phase, automationProfile, changeSet } = record;
  if (phase === 'strategize')
    return `The strategy is ready; the profile "${automationProfile}" leaves the next step to you.`;
  return `The result is ready to be looked at: ${count(changeSet?.files.length ?? 0, 'file')} changed${inParts(record)}; landing it is yours to decide.`;
}
