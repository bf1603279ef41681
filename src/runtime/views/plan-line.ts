/** One plan as lists show it: small, flat, and kept current by events alone, but for what only its record says. */
import type { PlanEvent } from '../../model/event.ts';
import type { StoredFault } from '../../model/fault.ts';
import type { Phase, PlanRecord, PlanState } from '../../model/plan.ts';
import type { Queue } from '../../model/queue.ts';

export interface PlanLine {
  planId: string;
  parentPlanId: string | null;
  rootPlanId: string;
  depth: number;
  goal: string;
  actionName: string;
  profile: string;
  /** The decision of its parent that spawned it. */
  spawnDecisionId: string | null;
  phase: Phase;
  state: PlanState;
  /** When it came there (ISO 8601); of a plan met on its way, when it last changed. */
  since: string;
  createdAt: string;
  /** What it said last of what it is doing; empty when it said nothing. */
  note: string;
  /** What it waits out while it is at work. Over once `until` has passed, or when it is heard of again. */
  waiting: { fault: StoredFault; until: string } | null;
  /** Why its agent does not begin yet: as many are at work as may be. */
  queue: Queue | null;
  /** It could go on and waits for a slot: as many plans work as may. */
  wantsSlot: boolean;
  /** Calls of tools that wait for a person. */
  approvals: readonly Asked[];
  /** What its record says where it rests; null while it does not, or before its record was looked at. */
  rest: Rest | null;
  /** Whether `rest` is what the record says of where it stands now. */
  looked: boolean;
}

export interface Asked {
  approvalId: string;
  tool: string;
  /** The call in words: `run npm install`. */
  words: string;
  /** The folder it would work in, absolute. */
  folder: string;
}

/** A plan that a person may have to decide about. */
export interface Rest {
  /** Commands that lead on. */
  ways: string[];
  error: StoredFault | null;
  conflicts: number;
  files: number;
  checks: { passed: number; total: number };
}

/** A plan's line as its record has it. */
export function lineOf(record: PlanRecord): PlanLine {
  const { planId, parentPlanId, rootPlanId, depth, description, actionName, automationProfile } = record;
  const { spawnDecisionId, phase, state, updatedAt, createdAt, waiting, resting } = record;
  return {
    ...{ planId, parentPlanId, rootPlanId, depth, goal: description, actionName, profile: automationProfile },
    ...{ spawnDecisionId, phase, state, since: updatedAt, createdAt, note: '' },
    waiting: waiting && { fault: waiting.fault, until: waiting.until ?? later(updatedAt, waiting.waitMs) },
    queue: record.queue ?? null,
    wantsSlot: record.slot === 'wanted',
    approvals: (record.approvals ?? []).filter(each => each.planId === planId && each.answer === null).map(askedOf),
    rest: resting ? restOf(record) : null,
    looked: true,
  };
}

function restOf({ ways, error, conflicts, changeSet, validationResults }: PlanRecord): Rest {
  const passed = validationResults.filter(result => result.passed).length;
  return {
    ...{ ways, error, conflicts: conflicts.length, files: changeSet?.files.length ?? 0 },
    checks: { passed, total: validationResults.length },
  };
}

/** The line of a plan that was just made. */
export function lineOfBirth({ spec, at }: Extract<PlanEvent, { type: 'plan.created' }>): PlanLine {
  const { planId, parentPlanId, rootPlanId, depth, description, actionName, automationProfile, createdAt } = spec;
  return {
    ...{ planId, parentPlanId, rootPlanId, depth, goal: description, actionName, profile: automationProfile },
    ...{ spawnDecisionId: spec.spawnDecisionId, phase: 'strategize', state: 'queued', since: at, createdAt },
    ...{ note: '', waiting: null, queue: null, wantsSlot: false, approvals: [], rest: null, looked: true },
  };
}

/** The line after one event of its plan. Events that are in it already change nothing once all that follow are taken in. */
export function reduceLine(line: PlanLine, event: PlanEvent): PlanLine {
  switch (event.type) {
    case 'plan.phase_changed':
      return { ...still(line, event.at), ...event.to, looked: false };
    case 'plan.cancelled':
      return ended(line, 'cancelled', event.at);
    case 'plan.applied':
      return ended(line, 'applied', event.at);
    case 'step.progressed':
      return { ...line, note: event.message, waiting: null };
    case 'attempt.delayed': {
      const { fault, until, waitMs } = event.waiting;
      return { ...line, waiting: { fault, until: until ?? later(event.at, waitMs) } };
    }
    case 'agent.queued':
      return { ...line, queue: event.queue };
    case 'agent.admitted':
      return { ...line, queue: null };
    case 'slot.awaited':
      return { ...line, wantsSlot: true };
    case 'slot.granted':
      return { ...line, wantsSlot: false };
    case 'approval.asked': {
      const { approval } = event;
      return { ...line, approvals: [...without(line.approvals, approval.approvalId), askedOf(approval)] };
    }
    case 'approval.answered':
      return { ...line, approvals: without(line.approvals, event.approval.approvalId) };
    case 'usage.recorded':
    case 'tool.called':
    case 'decision.recorded':
    case 'checkpoint.created':
    case 'checkpoint.deleted':
    case 'subplan.changed':
      return line.waiting === null ? line : { ...line, waiting: null };
    default:
      // Anything else may change what leads on from where it rests.
      return { ...line, waiting: null, looked: false };
  }
}

/** A plan that will not move any more, as is known without looking. */
export function ended(line: PlanLine, state: 'applied' | 'cancelled', at: string): PlanLine {
  if (line.state === state) return line;
  return { ...still(line, at), state, looked: true };
}

/** Nothing of what it did where it stood is left. */
const still = (line: PlanLine, at: string): PlanLine => ({
  ...{ ...line, since: at, note: '', waiting: null, queue: null, wantsSlot: false, approvals: [], rest: null },
});

const askedOf = ({ approvalId, tool, words, folder }: Asked): Asked => ({ approvalId, tool, words, folder });

/** Whether its record has to be looked at to know if it needs somebody. */
export function isUnlooked({ looked, phase, state, depth }: PlanLine): boolean {
  if (looked || state === 'processing' || state === 'applied' || state === 'cancelled') return false;
  return depth === 0 || !(state === 'errored' || (phase === 'execute' && state === 'complete'));
}

const without = (approvals: readonly Asked[], id: string) => approvals.filter(({ approvalId }) => approvalId !== id);

const later = (at: string, ms: number) => new Date(Date.parse(at) + ms).toISOString();
