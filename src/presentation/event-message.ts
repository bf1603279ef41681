import { formatBisection, formatFinding, type PlanEvent } from '../index.ts';
import { formatBase } from './base.ts';
import { formatCheckoutChange } from './checkout-changes.ts';
import { type ActivityByPlan, planLabel } from './plan-activity.ts';
import { sanitizeLine } from './sanitize.ts';
import { pluralize } from './units.ts';
import { agentQueueText, retryDelayText } from './wait-text.ts';

/** The message of an event: shown always, or only with -v. */
export interface EventMessage {
  text: string;
  mark: 'done' | 'failed' | 'warning' | 'note';
  /** Shown only with -v. */
  verbose: boolean;
  /** Also shown by the live progress line: printed only where there is none. */
  transient: boolean;
}

/** Returns a complete sentence for an event; null when it has no message for people. */
export function formatEvent(event: PlanEvent, board: ActivityByPlan): EventMessage | null {
  const name = planLabel(board, event.planId);
  const message = (text: string, fields: Partial<EventMessage> = {}): EventMessage => ({
    text: `${name}: ${text}`,
    mark: 'note',
    verbose: false,
    transient: false,
    ...fields,
  });
  switch (event.type) {
    case 'plan.created':
      return message(
        event.spec.parentPlanId === null ? `plan ${event.planId}, ${formatBase(event.spec)}` : 'subplan planned',
      );
    case 'plan.phase_changed':
      return phaseMessage(event.to.phase, event.to.state, message);
    case 'plan.prompted':
      return message(`guidance added: ${sanitizeLine(event.guidance)}`);
    case 'plan.warned':
      return message(sanitizeLine(event.message), { mark: 'warning' });
    case 'checkout.changed':
      return message(
        formatCheckoutChange(event.change),
        event.change.accepted ? { verbose: true } : { mark: 'warning' },
      );
    case 'guidance.delivered':
      return message('guidance passed to the agent', { verbose: true });
    case 'plan.applied':
      return message(`applied ${pluralize(event.files.length, 'file')} to the ${targetText(event.target)}`, {
        mark: 'done',
      });
    case 'plan.part_applied':
      return message(
        `applied ${pluralize(event.part.files.length, 'file')} to the ${targetText(event.part.target)}; the rest of the plan continues`,
        { mark: 'done' },
      );
    case 'plan.part_apply_failed':
      return message(`could not apply the part: ${sanitizeLine(event.error.message)}`, { mark: 'failed' });
    case 'plan.cancelled':
      return message(`cancelled: ${sanitizeLine(event.reason)}`, { mark: 'warning' });
    case 'decision.recorded':
      return decisionMessage(event.decision, message);
    case 'step.progressed':
      return message(sanitizeLine(event.message), { transient: true });
    case 'subplan.changed':
      return retryMessage(event.status, board, message);
    case 'conflict.found':
      return message(`conflict in ${sanitizeLine(event.conflict.path)} (${event.conflict.kind})`, { mark: 'warning' });
    case 'conflict.resolved':
      return message(`conflict resolved: ${sanitizeLine(event.conflictId.split(':').slice(1).join(':'))}`);
    case 'conflict.reopened':
      return message(
        `conflict in ${sanitizeLine(event.conflict.path)} is open again: ${sanitizeLine(event.error.message)}`,
        { mark: 'failed' },
      );
    case 'merge.child_merged':
      return message(`merged "${planLabel(board, event.childPlanId)}"`);
    case 'invariant.reconciled':
      return message(`${pluralize(event.effectiveCount, 'invariant')} hold for ${event.phase}`, { verbose: true });
    case 'invariant.added':
      return message(`invariant added: ${sanitizeLine(event.invariant.text)}`);
    case 'invariant.removed':
      return message(`invariant ${event.invariantId.slice(-8)} removed`);
    case 'invariant.violated':
      return message(`invariant violated: ${sanitizeLine(event.text)}${fileList(event.files)}`, { mark: 'failed' });
    case 'validation.finished':
      return validationMessage(event.results, message);
    case 'bisection.started':
      return message(
        `searches which of ${pluralize(event.subplans, 'subplan')} breaks "${sanitizeLine(event.validation)}"`,
      );
    case 'bisection.tested':
      return message(
        `"${sanitizeLine(event.validation)}" with ${pluralize(event.childPlanIds.length, 'subplan')}: ${event.verdict}`,
        { verbose: true },
      );
    case 'bisection.finished':
      return message(sanitizeLine(formatBisection(event.bisection)), {
        mark: event.bisection.outcome === 'found' ? 'failed' : 'warning',
      });
    case 'review.finished':
      return reviewMessage(event.findings, message);
    case 'checkpoint.created':
      return message(`checkpoint ${event.checkpoint.label ?? event.checkpoint.trigger}`, { verbose: true });
    case 'plan.rolled_back':
      return message(`rolled back; ${pluralize(event.changes.length, 'file')} restored`, { mark: 'warning' });
    case 'plan.rollback_failed':
      return message(`could not roll back: ${sanitizeLine(event.error.message)}`, { mark: 'failed' });
    case 'plan.corrected':
      return message(`${correctionLabels[event.correction.mode]}: ${sanitizeLine(event.correction.guidance)}`);
    case 'plan.correction_failed':
      return message(`could not correct the plan: ${sanitizeLine(event.error.message)}`, { mark: 'failed' });
    case 'tool.called':
      return message(`${event.call.tool} (${Math.round(event.call.durationMs)} ms)`, { verbose: true });
    case 'approval.requested':
      return message(`asks to ${sanitizeLine(event.approval.words)}`, { mark: 'warning' });
    case 'approval.answered':
      return message(`${sanitizeLine(event.approval.words)}: ${event.approval.answer?.verdict ?? 'pending'}`, {
        verbose: true,
      });
    case 'attempt.delayed':
      return message(retryDelayText(event.waiting), { mark: 'warning' });
    case 'agent.queued':
      return message(`waits: ${agentQueueText(event.queue)}`, { transient: true });
    case 'error.recorded':
      return message(`${event.error.code}: ${sanitizeLine(event.error.message)}`, { mark: 'failed' });
    default:
      return null;
  }
}

type CreateMessage = (text: string, fields?: Partial<EventMessage>) => EventMessage;
type EventOf<Type extends PlanEvent['type']> = Extract<PlanEvent, { type: Type }>;

function phaseMessage(phase: string, state: string, note: CreateMessage): EventMessage {
  const text = `${phase} ${state}`;
  if (state === 'complete' || state === 'applied') return note(text, { mark: 'done' });
  if (state === 'errored' || state === 'constrained') return note(text, { mark: 'failed' });
  if (state === 'queued') return note(text, { verbose: true });
  return note(text, state === 'processing' ? { transient: true } : { mark: 'warning' });
}

function decisionMessage(decision: EventOf<'decision.recorded'>['decision'], note: CreateMessage): EventMessage {
  const choice = decision.type.endsWith('_choice') || decision.type === 'resource_selection';
  const text = `${decision.type.replaceAll('_', ' ')}: ${sanitizeLine(decision.chosenOption)}`;
  return note(text, { verbose: !choice });
}

const correctionLabels = { append: 'guidance added', revert: 'decision changed', edit: 'strategy edited' } as const;

/** A failed attempt that is retried is reported; the child's own events report the rest. */
function retryMessage(
  status: EventOf<'subplan.changed'>['status'],
  board: ActivityByPlan,
  note: CreateMessage,
): EventMessage | null {
  const last = status.attempts.at(-1);
  if (last === undefined || status.state === 'failed') return null;
  const attempt = `attempt ${last.attempt} of "${planLabel(board, status.planId)}" failed`;
  return note(`${attempt}: ${sanitizeLine(last.error.message)}`, { mark: 'warning' });
}

function validationMessage(
  results: EventOf<'validation.finished'>['results'],
  note: CreateMessage,
): EventMessage | null {
  if (results.length === 0) return null;
  const failed = results.filter(({ passed }) => !passed);
  const cached = results.filter(result => result.cached === true).length;
  const reused = cached === 0 ? '' : ` (${cached} cached)`;
  const passed = `${results.length - failed.length}/${results.length} checks passed${reused}`;
  if (failed.length === 0) return note(passed, { mark: 'done' });
  const names = failed.map(({ name, exitCode }) => `${sanitizeLine(name)} (exit ${exitCode ?? 'none'})`).join(', ');
  return note(`${passed}; failed: ${names}`, { mark: 'failed' });
}

function reviewMessage(findings: EventOf<'review.finished'>['findings'], note: CreateMessage): EventMessage {
  if (findings.length === 0) return note('reviewed, no findings', { mark: 'done' });
  const blocking = findings.filter(({ severity }) => severity === 'blocking');
  const [first] = blocking.length > 0 ? blocking : findings;
  const summary = `reviewed, ${pluralize(findings.length, 'finding')}, ${blocking.length} blocking`;
  return note(`${summary}${first === undefined ? '' : `: ${sanitizeLine(formatFinding(first))}`}`, {
    mark: blocking.length > 0 ? 'failed' : 'warning',
  });
}

function targetText(target: EventOf<'plan.applied'>['target']): string {
  if (target.kind === 'branch') return `branch ${target.branch}`;
  return target.kind === 'patch' ? `patch ${target.file}` : 'checkout';
}

function fileList(paths: readonly string[]): string {
  if (paths.length === 0) return '';
  const shown = paths.slice(0, 5).map(sanitizeLine).join(', ');
  return paths.length > 5 ? ` (${shown}, and ${paths.length - 5} more)` : ` (${shown})`;
}
