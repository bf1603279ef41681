import { type PlanRecord, type RestingState, rejectedPhase } from '../index.ts';
import { progressText } from './progress-text.ts';
import { sanitizeLine } from './sanitize.ts';
import { pluralize } from './units.ts';
import { agentQueueText, retryDelayText } from './waiting.ts';

/** Where a plan is, in two words; of one that could not start a phase, that phase and `refused`. */
export function stateLabel(plan: RestingState): string {
  const { phase, state } = plan;
  const refused = rejectedPhase(plan);
  if (refused !== null) return `${refused} refused`;
  return state === 'applied' || state === 'cancelled' ? state : `${phase} ${state}`;
}

/** Why a plan is where it is, in one sentence. */
export function stateReason(record: PlanRecord): string {
  const { phase, state, error } = record;
  switch (state) {
    case 'queued':
      if (record.checking) return `The checks before ${phase} are running.`;
      if (rejectedPhase(record) !== null) return rejectionText(record);
      if (phase === 'strategize') return 'It was made and has not been started.';
      if (phase === 'apply') return 'It waits for its turn to apply.';
      return record.resting
        ? 'It was taken back to a checkpoint; going on is yours to decide.'
        : 'It waits for a slot to execute: as many plans are at work as may be.';
    case 'processing':
      if (record.approvals?.length) return approvalText(record.approvals);
      if (record.waiting !== null) return `It waits; ${retryDelayText(record.waiting)}`;
      if (record.queue) return `It waits; ${agentQueueText(record.queue)}.`;
      if (record.slot === 'wanted') return 'It could go on, and waits for a slot: as many plans are at work as may be.';
      if (record.subplansWait) return 'It waits for its subplans, none of which can go on now: the tree says why.';
      return `It is at work: ${progressText(record)}${appliedPartsText(record)}.`;
    case 'complete':
      return rejectedPhase(record) === null ? completeText(record) : rejectionText(record);
    case 'conflicted':
      return `${pluralize(record.conflicts.length, 'conflict')} must be resolved before the merge can go on.`;
    case 'errored':
      return `${phase} failed: ${sanitizeLine(error?.message ?? record.errorMessage ?? 'unknown reason')}`;
    case 'constrained':
      return `The result may not land: ${sanitizeLine(error?.message ?? record.errorMessage ?? 'a check failed')}`;
    case 'paused':
      return error === null ? 'It is paused.' : `It is paused, with an error: ${sanitizeLine(error.message)}`;
    case 'applied':
      return `It was applied: ${pluralize(record.applySummary?.files.length ?? 0, 'file')}${appliedPartsText(record)}.`;
    case 'cancelled':
      return `It was cancelled: ${sanitizeLine(record.cancelReason ?? 'no reason given')}.`;
  }
}

/** What landed before the rest. */
function appliedPartsText({ landings = [] }: PlanRecord): string {
  if (landings.length === 0) return '';
  const files = new Set(landings.flatMap(part => part.files)).size;
  const commits = landings.flatMap(part => part.commits.map(commit => commit.slice(0, 8))).join(', ');
  return `; ${pluralize(files, 'file')} landed before${commits === '' ? '' : ` (${commits})`}`;
}

function approvalText(approvals: NonNullable<PlanRecord['approvals']>): string {
  const told = approvals.map(({ words, approvalId }) => `${sanitizeLine(words)} (${approvalId.slice(-8)})`);
  return `It asks you to let it ${told.join('; ')}.`;
}

/** Preflight or an invariant kept the plan where it was; the error says why. */
function rejectionText(record: PlanRecord): string {
  return `${capitalized(rejectedPhase(record) ?? record.phase)} was refused: ${sanitizeLine(record.error?.message ?? '')}`;
}

const capitalized = (word: string) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

function completeText(record: PlanRecord): string {
  const { phase, automationProfile, changeSet } = record;
  if (phase === 'strategize')
    return `The strategy is ready; the profile "${automationProfile}" leaves the next step to you.`;
  return `The result is ready to be looked at: ${pluralize(changeSet?.files.length ?? 0, 'file')} changed${appliedPartsText(record)}; landing it is yours to decide.`;
}
