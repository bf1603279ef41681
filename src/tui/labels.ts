/** Labels and symbols of plans, the same in every pane. */

import {
  type AttentionKind,
  attentionKind,
  type PlanState,
  type PlanSummary,
  requestText,
  type WaitReason,
} from '../index.ts';
import { stateLabel } from '../presentation/plan-state.ts';
import { agentQueueText } from '../presentation/wait-text.ts';
import type { StyledSpan, TextRole } from './styled-row.ts';
import type { ViewModel } from './view-model.ts';

const stateSymbols: Record<PlanState, readonly [mark: string, role: TextRole]> = {
  queued: ['○', 'dim'],
  processing: ['●', 'accent'],
  complete: ['✓', 'good'],
  errored: ['✗', 'bad'],
  conflicted: ['‼', 'bad'],
  constrained: ['✗', 'bad'],
  paused: ['‖', 'warn'],
  applied: ['✔', 'good'],
  cancelled: ['–', 'dim'],
};

export function stateSymbol(line: PlanSummary): StyledSpan {
  if (line.approvals.length > 0) return { text: '?', role: 'warn' };
  const [text, role] = stateSymbols[isRefused(line) ? 'errored' : line.state];
  return { text, role };
}

/** A plan's phase and state. */
export function stateSpan(line: PlanSummary): StyledSpan {
  const text = stateLabel({ ...line, error: line.resting?.error ?? null });
  return { text, role: stateSymbol(line).role ?? 'plain' };
}

/** The error of a waiting plan's record. */
export const errorText = ({ resting }: PlanSummary): string => (resting?.error ? ` — ${resting.error.message}` : '');

const isRefused = (line: PlanSummary) => attentionKind(line) === 'refused';

export const needLabels: Record<AttentionKind, string> = {
  'tool-approval': 'asks you something',
  conflict: 'conflict to resolve',
  refused: 'could not start',
  failed: 'failed',
  constrained: 'may not be applied',
  approval: 'waits for your go',
  done: 'result to look at',
  paused: 'paused',
};

/** A symbol before a plan that waits for you, or that has an approval below it. */
export const attentionBadge = (line: PlanSummary, { approvals }: Pick<ViewModel, 'approvals'>): StyledSpan =>
  attentionKind(line) === null && !approvals.has(line.planId) ? { text: ' ' } : { text: '!', role: 'warn' };

/** The pending approvals of a plan and its subplans; empty when there are none. */
export function approvalText(line: PlanSummary, { approvals }: Pick<ViewModel, 'approvals'>): string {
  const [first, ...others] = approvals.get(line.planId) ?? [];
  if (first === undefined) return '';
  const who = first.planId === line.planId ? '' : `"${first.goal}" `;
  return `${who}${requestText(first)}${others.length === 0 ? '' : `, and ${others.length} more`}`;
}

export function waitText(why: WaitReason, goalOf: (planId: string) => string): string {
  switch (why.for) {
    case 'person':
      return needLabels[why.need];
    case 'limit':
      return `rate-limited until ${formatTimeOfDay(why.until)}: ${why.message}`;
    case 'retry':
      return `retries at ${formatTimeOfDay(why.until)}: ${why.message}`;
    case 'siblings':
      return `after ${why.planIds.map(goalOf).join(', ')}`;
    case 'agents':
      return agentQueueText(why.queue);
    case 'turn':
      return 'waits for a slot';
    case 'children':
      return `${why.running} of its subplans at work, ${why.pending} wait`;
  }
}

/** `10:32:07` in the local time zone, from an ISO time. */
export const formatTimeOfDay = (iso: string): string => new Date(iso).toTimeString().slice(0, 8);

/** The keys that answer the first of them. */
export function answerKeys(line: PlanSummary, { approvals }: Pick<ViewModel, 'approvals'>): string {
  const [first] = approvals.get(line.planId) ?? [];
  return first?.question === undefined ? 'a approves, D denies' : 'a answers';
}
