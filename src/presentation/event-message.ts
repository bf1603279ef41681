import { type Approval, formatBisection, formatFinding, type PlanEvent, requestText } from '../index.ts';
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
export function formatEvent<Type extends PlanEvent['type']>(
  event: EventOf<Type>,
  board: ActivityByPlan,
): EventMessage | null {
  const name = planLabel(board, event.planId);
  const note: CreateMessage = (text, fields = {}) => ({
    text: `${name}: ${text}`,
    mark: 'note',
    verbose: false,
    transient: false,
    ...fields,
  });
  const type: Type = event.type;
  return messages[type]?.(event, note, board) ?? null;
}

type CreateMessage = (text: string, fields?: Partial<EventMessage>) => EventMessage;
type EventOf<Type extends PlanEvent['type']> = Extract<PlanEvent, { type: Type }>;

/** One entry for each type of event that has a message. */
const messages: {
  readonly [Type in PlanEvent['type']]?: (
    event: EventOf<Type>,
    note: CreateMessage,
    board: ActivityByPlan,
  ) => EventMessage | null;
} = {
  'plan.created': (event, note) =>
    note(event.spec.parentPlanId === null ? `plan ${event.planId}, ${formatBase(event.spec)}` : 'subplan planned'),
  'plan.phase_changed': (event, note) => phaseMessage(event.to.phase, event.to.state, note),
  'plan.prompted': (event, note) => note(`guidance added: ${sanitizeLine(event.guidance)}`),
  'plan.warned': (event, note) => note(sanitizeLine(event.message), { mark: 'warning' }),
  'checkout.changed': (event, note) =>
    note(formatCheckoutChange(event.change), event.change.accepted ? { verbose: true } : { mark: 'warning' }),
  'guidance.delivered': (_, note) => note('guidance passed to the agent', { verbose: true }),
  'plan.applied': (event, note) =>
    note(`applied ${pluralize(event.files.length, 'file')} to the ${targetText(event.target)}`, {
      mark: 'done',
    }),
  'plan.part_applied': (event, note) =>
    note(
      `applied ${pluralize(event.part.files.length, 'file')} to the ${targetText(event.part.target)}; the rest of the plan continues`,
      { mark: 'done' },
    ),
  'plan.part_apply_failed': (event, note) =>
    note(`could not apply the part: ${sanitizeLine(event.error.message)}`, { mark: 'failed' }),
  'plan.cancelled': (event, note) => note(`cancelled: ${sanitizeLine(event.reason)}`, { mark: 'warning' }),
  'decision.recorded': (event, note) => decisionMessage(event.decision, note),
  'step.progressed': (event, note) => note(sanitizeLine(event.message), { transient: true }),
  'subplan.changed': (event, note, board) => retryMessage(event.status, board, note),
  'conflict.found': ({ conflict }, note) =>
    note(
      conflict.attempts === undefined
        ? `conflict in ${sanitizeLine(conflict.path)} (${conflict.kind})`
        : 'one of the attempts has to be chosen',
      { mark: 'warning' },
    ),
  'conflict.resolved': ({ conflictId, resolution }, note) =>
    note(
      resolution.take === 'attempt'
        ? `attempt ${resolution.attempt} chosen`
        : `conflict resolved: ${sanitizeLine(conflictId.split(':').slice(1).join(':'))}`,
    ),
  'conflict.reopened': (event, note) =>
    note(`conflict in ${sanitizeLine(event.conflict.path)} is open again: ${sanitizeLine(event.error.message)}`, {
      mark: 'failed',
    }),
  'merge.child_merged': (event, note, board) => note(`merged "${planLabel(board, event.childPlanId)}"`),
  'invariant.reconciled': (event, note) =>
    note(`${pluralize(event.effectiveCount, 'invariant')} hold for ${event.phase}`, { verbose: true }),
  'invariant.added': (event, note) => note(`invariant added: ${sanitizeLine(event.invariant.text)}`),
  'invariant.removed': (event, note) => note(`invariant ${event.invariantId.slice(-8)} removed`),
  'invariant.violated': (event, note) =>
    note(`invariant violated: ${sanitizeLine(event.text)}${fileList(event.files)}`, { mark: 'failed' }),
  'validation.finished': (event, note) => validationMessage(event.results, note),
  'bisection.started': (event, note) =>
    note(`searches which of ${pluralize(event.subplans, 'subplan')} breaks "${sanitizeLine(event.validation)}"`),
  'bisection.tested': (event, note) =>
    note(
      `"${sanitizeLine(event.validation)}" with ${pluralize(event.childPlanIds.length, 'subplan')}: ${event.verdict}`,
      { verbose: true },
    ),
  'bisection.finished': (event, note) =>
    note(sanitizeLine(formatBisection(event.bisection)), {
      mark: event.bisection.outcome === 'found' ? 'failed' : 'warning',
    }),
  'review.finished': (event, note) => reviewMessage(event.findings, note),
  'checkpoint.created': (event, note) =>
    note(`checkpoint ${event.checkpoint.label ?? event.checkpoint.trigger}`, { verbose: true }),
  'plan.rolled_back': (event, note) =>
    note(`rolled back; ${pluralize(event.changes.length, 'file')} restored`, { mark: 'warning' }),
  'plan.rollback_failed': (event, note) =>
    note(`could not roll back: ${sanitizeLine(event.error.message)}`, { mark: 'failed' }),
  'plan.corrected': (event, note) =>
    note(`${correctionLabels[event.correction.mode]}: ${sanitizeLine(event.correction.guidance)}`),
  'plan.correction_failed': (event, note) =>
    note(`could not correct the plan: ${sanitizeLine(event.error.message)}`, { mark: 'failed' }),
  'tool.called': (event, note) =>
    note(`${event.call.tool} (${Math.round(event.call.durationMs)} ms)`, { verbose: true }),
  'approval.requested': (event, note) => note(sanitizeLine(requestText(event.approval)), { mark: 'warning' }),
  'approval.answered': (event, note) =>
    note(`${sanitizeLine(event.approval.words)}: ${answerText(event.approval)}`, { verbose: true }),
  'attempt.delayed': (event, note) => note(retryDelayText(event.waiting), { mark: 'warning' }),
  'agent.queued': (event, note) => note(`waits: ${agentQueueText(event.queue)}`, { transient: true }),
  'error.recorded': (event, note) =>
    note(`${event.error.code}: ${sanitizeLine(event.error.message)}`, { mark: 'failed' }),
};

function answerText({ answer }: Approval): string {
  return answer?.text === undefined ? (answer?.verdict ?? 'pending') : sanitizeLine(answer.text);
}

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

/** A failed attempt that is retried is reported once, when the subplan waits again; its own events report the rest. */
function retryMessage(
  status: EventOf<'subplan.changed'>['status'],
  board: ActivityByPlan,
  note: CreateMessage,
): EventMessage | null {
  const last = status.attempts.at(-1);
  if (last === undefined || status.state !== 'pending') return null;
  const attempt = `attempt ${last.attempt} of "${planLabel(board, status.planId)}" failed, retry follows`;
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
