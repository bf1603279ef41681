import { findingLine, type PlanEvent } from '../../index.ts';
import { cleanLine } from '../clean.ts';
import { checkoutLine } from '../view/checkout.ts';
import { startOf } from '../view/start.ts';
import { queuesFor, waitsFor } from '../view/waiting.ts';
import { type Board, nameOf } from './board.ts';

/** What one event is worth saying: always, or only to those who asked for more (-v). */
export interface Sentence {
  text: string;
  mark: 'done' | 'failed' | 'warning' | 'note';
  /** Shown only with -v. */
  detail: boolean;
  /** What a live line shows anyway: said only where there are none. */
  momentary: boolean;
}

/** The sentence for an event, its subject included; null when it says nothing to a person. */
export function sentenceOf(event: PlanEvent, board: Board): Sentence | null {
  const name = nameOf(board, event.planId);
  const note = (text: string, facts: Partial<Sentence> = {}): Sentence => ({
    text: `${name}: ${text}`,
    mark: 'note',
    detail: false,
    momentary: false,
    ...facts,
  });
  switch (event.type) {
    case 'plan.created':
      return note(
        event.spec.parentPlanId === null ? `plan ${event.planId}, ${startOf(event.spec)}` : 'subplan planned',
      );
    case 'plan.phase_changed':
      return moved(event.to.phase, event.to.state, note);
    case 'plan.prompted':
      return note(`guidance taken: ${cleanLine(event.guidance)}`);
    case 'plan.warned':
      return note(cleanLine(event.message), { mark: 'warning' });
    case 'checkout.changed':
      return note(checkoutLine(event.change), event.change.accepted ? { detail: true } : { mark: 'warning' });
    case 'guidance.delivered':
      return note(`guidance given to the agent`, { detail: true });
    case 'plan.applied':
      return note(`applied ${count(event.files.length, 'file')} to the ${place(event.target)}`, { mark: 'done' });
    case 'plan.part_landed':
      return note(
        `landed ${count(event.part.files.length, 'file')} on the ${place(event.part.target)}; the rest goes on`,
        {
          mark: 'done',
        },
      );
    case 'plan.part_refused':
      return note(`the part did not land: ${cleanLine(event.fault.message)}`, { mark: 'failed' });
    case 'plan.cancelled':
      return note(`cancelled: ${cleanLine(event.reason)}`, { mark: 'warning' });
    case 'decision.recorded':
      return decided(event.decision, note);
    case 'step.progressed':
      return note(cleanLine(event.message), { momentary: true });
    case 'subplan.changed':
      return retried(event.status, board, note);
    case 'conflict.found':
      return note(`conflict in ${cleanLine(event.conflict.path)} (${event.conflict.kind})`, { mark: 'warning' });
    case 'conflict.resolved':
      return note(`conflict resolved: ${cleanLine(event.conflictId.split(':').slice(1).join(':'))}`);
    case 'conflict.reopened':
      return note(`conflict in ${cleanLine(event.conflict.path)} is open again: ${cleanLine(event.fault.message)}`, {
        mark: 'failed',
      });
    case 'merge.folded':
      return note(`merged "${nameOf(board, event.childPlanId)}"`);
    case 'invariant.reconciled':
      return note(`${count(event.effectiveCount, 'invariant')} hold for ${event.phase}`, { detail: true });
    case 'invariant.added':
      return note(`invariant added: ${cleanLine(event.invariant.text)}`);
    case 'invariant.removed':
      return note(`invariant ${event.invariantId.slice(-8)} removed`);
    case 'invariant.violated':
      return note(`invariant violated: ${cleanLine(event.text)}${files(event.files)}`, { mark: 'failed' });
    case 'validation.finished':
      return checked(event.results, note);
    case 'review.finished':
      return reviewed(event.findings, note);
    case 'checkpoint.created':
      return note(`checkpoint ${event.checkpoint.label ?? event.checkpoint.trigger}`, { detail: true });
    case 'plan.rolled_back':
      return note(`went back; ${count(event.changes.length, 'file')} put back`, { mark: 'warning' });
    case 'plan.rollback_failed':
      return note(`did not go back: ${cleanLine(event.fault.message)}`, { mark: 'failed' });
    case 'plan.corrected':
      return note(`${corrected[event.correction.mode]}: ${cleanLine(event.correction.guidance)}`);
    case 'plan.correction_failed':
      return note(`not corrected: ${cleanLine(event.fault.message)}`, { mark: 'failed' });
    case 'tool.called':
      return note(`${event.call.tool} (${Math.round(event.call.durationMs)} ms)`, { detail: true });
    case 'approval.asked':
      return note(`asks to ${cleanLine(event.approval.words)}`, { mark: 'warning' });
    case 'approval.answered':
      return note(`${cleanLine(event.approval.words)}: ${event.approval.answer?.verdict ?? 'waits'}`, { detail: true });
    case 'attempt.delayed':
      return note(waitsFor(event.waiting), { mark: 'warning' });
    case 'agent.queued':
      return note(`waits: ${queuesFor(event.queue)}`, { momentary: true });
    case 'error.recorded':
      return note(`${event.fault.code}: ${cleanLine(event.fault.message)}`, { mark: 'failed' });
    default:
      return null;
  }
}

type Note = (text: string, facts?: Partial<Sentence>) => Sentence;
type Of<Type extends PlanEvent['type']> = Extract<PlanEvent, { type: Type }>;

function moved(phase: string, state: string, note: Note): Sentence {
  const text = `${phase} ${state}`;
  if (state === 'complete' || state === 'applied') return note(text, { mark: 'done' });
  if (state === 'errored' || state === 'constrained') return note(text, { mark: 'failed' });
  if (state === 'queued') return note(text, { detail: true });
  return note(text, state === 'processing' ? { momentary: true } : { mark: 'warning' });
}

function decided(decision: Of<'decision.recorded'>['decision'], note: Note): Sentence {
  const choice = decision.type.endsWith('_choice') || decision.type === 'resource_selection';
  const text = `${decision.type.replaceAll('_', ' ')}: ${cleanLine(decision.chosenOption)}`;
  return note(text, { detail: !choice });
}

const corrected = { append: 'adding', revert: 'deciding otherwise', edit: 'the strategy' } as const;

/** A failed attempt that is followed by another is news; the rest of a child's life its own events tell. */
function retried(status: Of<'subplan.changed'>['status'], board: Board, note: Note): Sentence | null {
  const last = status.attempts.at(-1);
  if (last === undefined || status.state === 'failed') return null;
  const attempt = `attempt ${last.attempt} of "${nameOf(board, status.planId)}" failed`;
  return note(`${attempt}: ${cleanLine(last.error.message)}`, { mark: 'warning' });
}

function checked(results: Of<'validation.finished'>['results'], note: Note): Sentence | null {
  if (results.length === 0) return null;
  const failed = results.filter(({ passed }) => !passed);
  const cached = results.filter(result => result.cached === true).length;
  const reused = cached === 0 ? '' : ` (${cached} cached)`;
  const passed = `${results.length - failed.length}/${results.length} checks passed${reused}`;
  if (failed.length === 0) return note(passed, { mark: 'done' });
  const names = failed.map(({ name, exitCode }) => `${cleanLine(name)} (exit ${exitCode ?? 'none'})`).join(', ');
  return note(`${passed}; failed: ${names}`, { mark: 'failed' });
}

function reviewed(findings: Of<'review.finished'>['findings'], note: Note): Sentence {
  if (findings.length === 0) return note('reviewed, nothing found', { mark: 'done' });
  const blocking = findings.filter(({ severity }) => severity === 'blocking');
  const [first] = blocking.length > 0 ? blocking : findings;
  const found = `reviewed, ${count(findings.length, 'finding')}, ${blocking.length} blocking`;
  return note(`${found}${first === undefined ? '' : `: ${cleanLine(findingLine(first))}`}`, {
    mark: blocking.length > 0 ? 'failed' : 'warning',
  });
}

function place(target: Of<'plan.applied'>['target']): string {
  if (target.kind === 'branch') return `branch ${target.branch}`;
  return target.kind === 'patch' ? `patch ${target.file}` : 'checkout';
}

function files(paths: readonly string[]): string {
  if (paths.length === 0) return '';
  const shown = paths.slice(0, 5).map(cleanLine).join(', ');
  return paths.length > 5 ? ` (${shown}, and ${paths.length - 5} more)` : ` (${shown})`;
}

export function count(amount: number, noun: string, plural = `${noun}s`): string {
  return `${amount} ${amount === 1 ? noun : plural}`;
}
