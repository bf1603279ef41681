import { type PlanRecord, type RestingState, rejectedPhase } from '../index.ts';
import { type CommandHint, commandHint } from '../model/command-hint.ts';
import { formatHint } from './hints.ts';
import { progressText } from './progress-text.ts';
import { sanitizeLine } from './sanitize.ts';
import { pluralize } from './units.ts';
import { agentQueueText, retryDelayText } from './wait-text.ts';

/** Returns a plan's phase and state in two words; for a rejected phase, that phase and `refused`. */
export function stateLabel(plan: RestingState): string {
  const { phase, state } = plan;
  const refused = rejectedPhase(plan);
  if (refused !== null) return `${refused} refused`;
  return state === 'applied' || state === 'cancelled' ? state : `${phase} ${state}`;
}

/** Explains a plan's state in one sentence. */
export function stateReason(record: PlanRecord): string {
  const { phase, state, error } = record;
  switch (state) {
    case 'queued':
      if (record.checking) return `The checks before ${phase} are running.`;
      if (rejectedPhase(record) !== null) return rejectionText(record);
      if (phase === 'strategize') return 'Not started.';
      if (phase === 'apply') return 'Waiting for its turn to apply.';
      return record.resting
        ? `Rolled back to a checkpoint. Run ${line('plan execute', record)} to continue.`
        : 'Waiting for a slot to execute: the maximum number of plans is running.';
    case 'processing':
      if (record.approvals?.length) return approvalText(record.approvals);
      if (record.waiting !== null) return `Waiting: ${retryDelayText(record.waiting)}`;
      if (record.queue) return `Waiting: ${agentQueueText(record.queue)}.`;
      if (record.slot === 'wanted') return 'Waiting for a slot to continue: the maximum number of plans is running.';
      if (record.subplansWait)
        return `Waiting for its subplans, none of which can continue now: see ${line('plan tree', record)}.`;
      return `Working: ${progressText(record)}${appliedPartsText(record)}.`;
    case 'complete':
      return rejectedPhase(record) === null ? completeText(record) : rejectionText(record);
    case 'conflicted':
      if (record.conflicts[0]?.attempts !== undefined) return attemptsText(record, record.conflicts[0].attempts);
      if (record.conflicts.length === 0) return 'All conflicts are resolved; the merge continues.';
      return `${pluralize(record.conflicts.length, 'conflict')} must be resolved before the merge can continue.`;
    case 'errored':
      return `${phase} failed: ${sanitizeLine(error?.message ?? record.errorMessage ?? 'unknown reason')}`;
    case 'constrained':
      return `The result cannot be applied: ${sanitizeLine(error?.message ?? record.errorMessage ?? 'a check failed')}`;
    case 'paused':
      return error === null ? 'Paused.' : `Paused, with an error: ${sanitizeLine(error.message)}`;
    case 'applied':
      return `Applied: ${pluralize(record.applySummary?.files.length ?? 0, 'file')}${appliedPartsText(record)}.`;
    case 'cancelled':
      return `Cancelled: ${sanitizeLine(record.cancelReason ?? 'no reason given')}.`;
  }
}

/** Describes what was applied before the rest. */
function appliedPartsText({ appliedParts = [] }: PlanRecord): string {
  if (appliedParts.length === 0) return '';
  const files = new Set(appliedParts.flatMap(part => part.files)).size;
  const commits = appliedParts.flatMap(part => part.commits.map(commit => commit.slice(0, 8))).join(', ');
  return `; ${pluralize(files, 'file')} applied before${commits === '' ? '' : ` (${commits})`}`;
}

function approvalText(approvals: NonNullable<PlanRecord['approvals']>): string {
  const listed = (all: typeof approvals) =>
    all.map(({ words, approvalId }) => `${sanitizeLine(words)} (${approvalId.slice(-8)})`).join('; ');
  const calls = approvals.filter(({ question }) => question === undefined);
  const questions = approvals.filter(({ question }) => question !== undefined);
  return [
    ...(calls.length === 0 ? [] : [`It asks you to let it ${listed(calls)}.`]),
    ...(questions.length === 0 ? [] : [`It asks you: ${listed(questions)}`]),
  ].join(' ');
}

/** Preflight or an invariant rejected the phase; the error has the reason. */
function rejectionText(record: PlanRecord): string {
  return `${capitalized(rejectedPhase(record) ?? record.phase)} was refused: ${sanitizeLine(record.error?.message ?? '')}`;
}

const capitalized = (word: string) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

function completeText(record: PlanRecord): string {
  const { phase, automationProfile, changeSet } = record;
  if (phase === 'strategize')
    return `The strategy is ready; the profile "${automationProfile}" leaves the next step to you.`;
  return `Ready for review: ${pluralize(changeSet?.files.length ?? 0, 'file')} changed${appliedPartsText(record)}. Run ${line('plan apply', record)} to apply it.`;
}

function attemptsText(record: PlanRecord, attempts: readonly { attempt: number }[]): string {
  const numbers = attempts.map(({ attempt }) => attempt).join(', ');
  const why = record.error === null ? '' : ` The judge gave no verdict: ${sanitizeLine(record.error.message)}`;
  const first = line('plan resolve', record, { attempt: attempts[0]?.attempt ?? 1 });
  return `Choose one of the attempts ${numbers}: ${first} takes the first of them.${why}`;
}

/** The plan is named, because without a name a command is about the newest plan. */
const line = (command: string, { planId }: PlanRecord, options: CommandHint['options'] = {}) =>
  formatHint(commandHint(command, { planId, options }));
