/** Plans that need a person, and numbers of plans: the top of the page. */
import { needKinds, type PlanOverview } from '../state/events.ts';
import { idTail } from './format.ts';
import { spanKind, type TimelineSpanKind } from './timeline-spans.ts';

export interface AttentionCard {
  plan: PlanOverview;
  kind: NonNullable<PlanOverview['need']>;
  /** The reason, in a sentence. */
  why: string;
  /** Commands to run. */
  hints: string[];
}

/** The most urgent first, among equals the longest waiting. */
export function attentionCards(plans: Iterable<PlanOverview>): AttentionCard[] {
  const needs: AttentionCard[] = [];
  for (const plan of plans) {
    const kind = plan.need;
    if (kind !== null) needs.push({ plan, kind, why: whyOf(plan, kind), hints: hintsOf(plan) });
  }
  const rank = ({ kind }: AttentionCard) => needKinds.indexOf(kind);
  return needs.sort(
    (left, right) => rank(left) - rank(right) || Date.parse(left.plan.since) - Date.parse(right.plan.since),
  );
}

function whyOf(plan: PlanOverview, kind: AttentionCard['kind']): string {
  switch (kind) {
    case 'tool-approval':
      return `It ${plan.approvals.map(requestWords).join('; and ')}`;
    case 'conflict':
      return `${count(plan.conflicts, 'conflict is', 'conflicts are')} open`;
    case 'refused':
      return plan.error?.message ?? 'The next phase was refused';
    case 'failed':
      return plan.error?.message ?? `${plan.phase} failed`;
    case 'constrained':
      return plan.error?.message ?? 'A required check bars the way to Apply';
    case 'approval':
      return plan.state === 'queued'
        ? `${plan.phase} waits to be started`
        : 'Its strategy is there: look at the decisions, then execute';
    case 'done':
      return `Its result is there: ${count(plan.files, 'file', 'files')} to look at, then apply`;
    case 'paused':
      return plan.error === null ? 'It is paused' : `Paused, with an error: ${plan.error.message}`;
  }
}

const requestWords = ({ words, folder, question }: PlanOverview['approvals'][number]) =>
  question === null ? `asks to ${words}, in ${folder}` : `asks: ${words}`;

const count = (amount: number, one: string, many: string) => `${amount} ${amount === 1 ? one : many}`;

function hintsOf({ error, availableCommands, planId, approvals }: PlanOverview): string[] {
  const known = commands(idTail(planId));
  const hasQuestion = approvals.some(({ question }) => question !== null);
  const hasCall = approvals.some(({ question }) => question === null);
  const asked = [...(hasQuestion ? [known.answer] : []), ...(hasCall ? [known.approve, known.deny] : [])];
  const next = Object.entries(known).flatMap(([way, command]) => (availableCommands.includes(way) ? [command] : []));
  return [...new Set([...asked, ...(error?.hints ?? []), ...next])].slice(0, 3);
}

const commands = (id: string) => ({
  answer: `troupe plan answer 'your answer' --plan ${id}`,
  approve: `troupe plan approve ${id}`,
  deny: `troupe plan deny ${id}`,
  execute: `troupe plan execute ${id}`,
  apply: `troupe plan apply ${id}`,
  resume: `troupe plan resume ${id}`,
  revert: `troupe plan revert ${id}`,
  cancel: `troupe plan cancel ${id}`,
});

/** Number of plans by state, including subplans. */
export function countByState(
  plans: Iterable<PlanOverview>,
): Record<TimelineSpanKind | 'applied' | 'cancelled' | 'rate-limited', number> {
  const counts = {
    queued: 0,
    working: 0,
    retrying: 0,
    'rate-limited': 0,
    approval: 0,
    asking: 0,
    conflict: 0,
    failed: 0,
    paused: 0,
    done: 0,
    applied: 0,
    cancelled: 0,
  };
  for (const plan of plans) {
    const kind = spanKind(plan.state);
    if (plan.need === 'refused') counts.failed += 1;
    else if (plan.approvals.length > 0) counts.asking += 1;
    else if (plan.state === 'applied' || plan.state === 'cancelled') counts[plan.state] += 1;
    else if (kind === 'working' && plan.waiting !== null) {
      counts[plan.waiting.category === 'rate_limited' ? 'rate-limited' : 'retrying'] += 1;
    } else if (kind === 'approval' && plan.depth > 0) counts.done += 1;
    else counts[kind] += 1;
  }
  return counts;
}
