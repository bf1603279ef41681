/** Summary of one plan for lists: small, flat, and updated from events, except for what only its record contains. */

import type { AgentQueuePosition } from '../../model/agent-queue.ts';
import type { SerializedError } from '../../model/errors.ts';
import type { PlanEvent } from '../../model/event.ts';
import type { Phase, PlanRecord, PlanState } from '../../model/plan.ts';
import { planTitle } from '../../model/plan-title.ts';
import type { AgentQuestion } from '../../model/question.ts';

/** One plan in a list. */
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
  /** When it entered its state (ISO 8601); for a plan loaded later, when it last changed. */
  since: string;
  createdAt: string;
  /** Its latest progress note; empty without one. */
  note: string;
  /** The delay it waits out while working. Over once `until` has passed, or at its next event. */
  waiting: { error: SerializedError; until: string } | null;
  /** Why its agent has not started: the maximum number is already working. */
  queue: AgentQueuePosition | null;
  /** It is ready and waits for a slot: the maximum number of plans is already working. */
  wantsSlot: boolean;
  /** Tool calls that wait for approval. */
  approvals: readonly ApprovalSummary[];
  /** What its record says while it waits for a person; null otherwise, or before the record was read. */
  resting: RestingInfo | null;
  /** Whether `resting` describes the current state. */
  isCurrent: boolean;
}

export interface ApprovalSummary {
  approvalId: string;
  tool: string;
  /** The call as text: `run npm install`. */
  words: string;
  /** The folder it would work in, absolute. */
  folder: string;
  /** The question that needs an answer, in place of a call that needs approval. */
  question?: AgentQuestion | undefined;
}

/** A plan that a person may have to decide about. */
export interface RestingInfo {
  /** Commands that are available now. */
  availableCommands: string[];
  error: SerializedError | null;
  conflicts: number;
  files: number;
  checks: { passed: number; total: number };
}

/** Returns the summary of a plan's record. */
export function toPlanSummary(record: PlanRecord): PlanSummary {
  const { planId, parentPlanId, rootPlanId, depth, actionName, automationProfile } = record;
  const { spawnDecisionId, phase, state, updatedAt, createdAt, waiting, resting } = record;
  return {
    ...{ planId, parentPlanId, rootPlanId, depth, goal: planTitle(record), actionName, profile: automationProfile },
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

/** Returns the summary of a new plan. */
export function toNewPlanSummary({ spec, at }: Extract<PlanEvent, { type: 'plan.created' }>): PlanSummary {
  const { planId, parentPlanId, rootPlanId, depth, actionName, automationProfile, createdAt } = spec;
  return {
    ...{ planId, parentPlanId, rootPlanId, depth, goal: planTitle(spec), actionName, profile: automationProfile },
    ...{ spawnDecisionId: spec.spawnDecisionId, phase: 'strategize', state: 'queued', since: at, createdAt },
    ...{ note: '', waiting: null, queue: null, wantsSlot: false, approvals: [], resting: null, isCurrent: true },
  };
}

/**
 * Returns the summary after one event of its plan. Events it already includes change nothing once all later ones are
 * applied.
 */
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
      // Any other event may change the available commands.
      return { ...summary, waiting: null, isCurrent: false };
  }
}

/** Returns the summary of a plan that ended, which is known without reading it. */
export function toEndedSummary(summary: PlanSummary, state: 'applied' | 'cancelled', at: string): PlanSummary {
  if (summary.state === state) return summary;
  return { ...withoutActivity(summary, at), state, isCurrent: true };
}

/** Clears everything about the activity in the previous state. */
const withoutActivity = (line: PlanSummary, at: string): PlanSummary => ({
  ...{ ...line, since: at, note: '', waiting: null, queue: null, wantsSlot: false, approvals: [], resting: null },
});

const toApprovalSummary = ({ approvalId, tool, words, folder, question }: ApprovalSummary): ApprovalSummary => ({
  ...{ approvalId, tool, words, folder },
  ...(question !== undefined && { question }),
});

/** Returns whether the record must be read to know if the plan needs a person. */
export function needsRefresh({ isCurrent, phase, state, depth }: PlanSummary): boolean {
  if (isCurrent || state === 'processing' || state === 'applied' || state === 'cancelled') return false;
  return depth === 0 || !(state === 'errored' || (phase === 'execute' && state === 'complete'));
}

const without = (approvals: readonly ApprovalSummary[], id: string) =>
  approvals.filter(({ approvalId }) => approvalId !== id);

const addMs = (at: string, ms: number) => new Date(Date.parse(at) + ms).toISOString();
