/** How plans are told of: the same words and marks in every pane. */

import { standing } from '../cli/view/standing.ts';
import { queuesFor } from '../cli/view/waiting.ts';
import { type NeedKind, needOf, type PlanLine, type PlanState, type WhyWaiting } from '../index.ts';
import type { Facts } from './facts.ts';
import type { Role, Span } from './row.ts';

const marks: Record<PlanState, readonly [mark: string, role: Role]> = {
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

export function markOf(line: PlanLine): Span {
  if (line.approvals.length > 0) return { text: '?', role: 'warn' };
  const [text, role] = marks[isRefused(line) ? 'errored' : line.state];
  return { text, role };
}

/** Where a plan is, in two words. */
export function placeOf(line: PlanLine): Span {
  const text = standing({ ...line, error: line.rest?.error ?? null });
  return { text, role: markOf(line).role ?? 'plain' };
}

/** What its record says is wrong, where it rests. */
export const errorOf = ({ rest }: PlanLine): string => (rest?.error ? ` — ${rest.error.message}` : '');

const isRefused = (line: PlanLine) => needOf(line) === 'refused';

export const needWords: Record<NeedKind, string> = {
  consent: 'asks whether it may call a tool',
  conflict: 'conflict to resolve',
  refused: 'could not start',
  failed: 'failed',
  constrained: 'may not land',
  approval: 'waits for your go',
  done: 'result to look at',
  paused: 'paused',
};

/** A mark before a plan that waits for a person, or has one below it that asks something. */
export const badgeOf = (line: PlanLine, { asks }: Pick<Facts, 'asks'>): Span =>
  needOf(line) === null && !asks.has(line.planId) ? { text: ' ' } : { text: '!', role: 'warn' };

/** What a plan or those below it ask, in words; empty where they ask nothing. */
export function askWords(line: PlanLine, { asks }: Pick<Facts, 'asks'>): string {
  const [first, ...others] = asks.get(line.planId) ?? [];
  if (first === undefined) return '';
  const who = first.planId === line.planId ? '' : `"${first.goal}" `;
  return `${who}asks to ${first.words}${others.length === 0 ? '' : `, and ${others.length} more`}`;
}

/** `7s`, `12m`, `3h`, `2d`. */
export function age(since: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(since)) / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 48 * 3600 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

export function waitWords(why: WhyWaiting, goalOf: (planId: string) => string): string {
  switch (why.for) {
    case 'person':
      return needWords[why.need];
    case 'limit':
      return `rate-limited until ${clockTime(why.until)}: ${why.message}`;
    case 'retry':
      return `retries at ${clockTime(why.until)}: ${why.message}`;
    case 'siblings':
      return `after ${why.planIds.map(goalOf).join(', ')}`;
    case 'agents':
      return queuesFor(why.queue);
    case 'turn':
      return 'waits for a slot';
    case 'children':
      return `${why.running} of its subplans at work, ${why.pending} wait`;
  }
}

/** `10:32:07` where the person is, of an ISO time. */
export const clockTime = (iso: string): string => new Date(iso).toTimeString().slice(0, 8);
