/** One plan as lists show it: small, flat, and kept current by events alone, but for what only its record says. */

import type { AgentQueuePosition } from '../../model/agent-queue.ts';
import type { SerializedError } from '../../model/errors.ts';
import type { PlanEvent } from '../../model/event.ts';
import type { Phase, PlanRecord, PlanState } from '../../model/plan.ts';

export interface PlanSummary {
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
  waiting: { error: SerializedError; until: string } | null;
  /** Why its agent does not begin yet: as many are at work as may be. */
  queue: AgentQueuePosition | null;
  /** It could go on and waits for a slot: as many plans work as may. */
  wantsSlot: boolean;
  /** Calls of tools that wait for a person. */
  approvals: readonly ApprovalSummary[];
  /** What its record says where it rests; null while it does not, or before its record was looked at. */
  resting: RestingInfo | null;
  /** Whether `rest` is what the record says of where it stands now. */
  isCurrent: boolean;
}

export interface ApprovalSummary {
  approvalId: string;
  tool: string;
  /** The call in words: `run npm install`. */
  words: string;
  /** The folder it would work in, absolute. */
  folder: string;
}

/** A plan that a person may have to decide about. */
export interface RestingInfo {
  /** Commands that lead on. */
  availableCommands: string[];
  error: SerializedError | null;
  conflicts: number;
  files: number;
  checks: { passed: number; total: number };
}

/** A plan's line as its record has it. */
export function toPlanSummary(record: PlanRecord): PlanSummary {
  const { planId, parentPlanId, rootPlanId, depth, description, actionName, automationProfile } = record;
  const { spawnDecisionId, phase, state, updatedAt, createdAt, waiting, resting } = record;
  return {
    ...{ planId, parentPlanId, rootPlanId, depth, goal: description, actionName, profile: automationProfile },
    ...{ spawnDecisionId, phase, state, since: updatedAt, createdAt, note: '' },
    waiting: waiting && { error: waiting.error, until: waiting.until ?? addMs(updatedAt, waiting.waitMs) },
    queue: record.queue ?? null,
    wantsSlot: record.slot === 'wanted',
    approvals: (record.approvals ?? [])
      .filter(each => each.planId === planId && each.answer === null)
      .map(toApprovalSummary),
    resting: resting ? toRestingInfo(record) : null,
    isCurrent: true,
  };
}

function toRestingInfo({ availableCommands, error, conflicts, changeSet, validationResults }: PlanRecord): RestingInfo {
  const passed = validationResults.filter(result => result.passed).length;
  return {
    ...{
      availableCommands,
      error,
      conflicts: conflicts.length,
      files: changeSet?.files.length ?? 0,
    },
    checks: { passed, total: validationResults.length },
  };
}

/** The line of a plan that was just made. */
export function toNewPlanSummary({ spec, at }: Extract<PlanEvent, { type: 'plan.created' }>): PlanSummary {
  const { planId, parentPlanId, rootPlanId, depth, description, actionName, automationProfile, createdAt } = spec;
  return {
    ...{ planId, parentPlanId, rootPlanId, depth, goal: description, actionName, profile: automationProfile },
    ...{ spawnDecisionId: spec.spawnDecisionId, phase: 'strategize', state: 'queued', since: at, createdAt },
    ...{ note: '', waiting: null, queue: null, wantsSlot: false, approvals: [], resting: null, isCurrent: true },
  };
}

/** The line after one event of its plan. Events that are in it already change nothing once all that follow are taken in. */
export function reducePlanSummary(summary: PlanSummary, event: PlanEvent): PlanSummary {
  switch (event.type) {
    case 'plan.phase_changed':
      return { ...withoutActivity(summary, event.at), ...event.to, isCurrent: false };
    case 'plan.cancelled':
      return toEndedSummary(summary, 'cancelled', event.at);
    case 'plan.applied':
      return toEndedSummary(summary, 'applied', event.at);
    case 'step.progressed':
      return { ...summary, note: event.message, waiting: null };
    case 'attempt.delayed': {
      const { error, until, waitMs } = event.waiting;
      return { ...summary, waiting: { error, until: until ?? addMs(event.at, waitMs) } };
    }
    case 'agent.queued':
      return { ...summary, queue: event.queue };
    case 'agent.admitted':
      return { ...summary, queue: null };
    case 'slot.queued':
      return { ...summary, wantsSlot: true };
    case 'slot.granted':
      return { ...summary, wantsSlot: false };
    case 'approval.requested': {
      const { approval } = event;
      return {
        ...summary,
        approvals: [...without(summary.approvals, approval.approvalId), toApprovalSummary(approval)],
      };
    }
    case 'approval.answered':
      return { ...summary, approvals: without(summary.approvals, event.approval.approvalId) };
    case 'usage.recorded':
    case 'tool.called':
    case 'decision.recorded':
    case 'checkpoint.created':
    case 'checkpoint.deleted':
    case 'subplan.changed':
      return summary.waiting === null ? summary : { ...summary, waiting: null };
    default:
      // Anything else may change what leads on from where it rests.
      return { ...summary, waiting: null, isCurrent: false };
  }
}

/** A plan that will not move any more, as is known without looking. */
export function toEndedSummary(summary: PlanSummary, state: 'applied' | 'cancelled', at: string): PlanSummary {
  if (summary.state === state) return summary;
  return { ...withoutActivity(summary, at), state, isCurrent: true };
}

/** Nothing of what it did where it stood is left. */
const withoutActivity = (line: PlanSummary, at: string): PlanSummary => ({
  ...{ ...line, since: at, note: '', waiting: null, queue: null, wantsSlot: false, approvals: [], resting: null },
});

const toApprovalSummary = ({ approvalId, tool, words, folder }: ApprovalSummary): ApprovalSummary => ({
  approvalId,
  tool,
  words,
  folder,
});

/** Whether its record has to be looked at to know if it needs somebody. */
export function needsRefresh({ isCurrent, phase, state, depth }: PlanSummary): boolean {
  if (isCurrent || state === 'processing' || state === 'applied' || state === 'cancelled') return false;
  return depth === 0 || !(state === 'errored' || (phase === 'execute' && state === 'complete'));
}

const without = (approvals: readonly ApprovalSummary[], id: string) =>
  approvals.filter(({ approvalId }) => approvalId !== id);

const addMs = (at: string, ms: number) => new Date(Date.parse(at) + ms).toISOString();
