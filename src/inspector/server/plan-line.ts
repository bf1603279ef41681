/** A plan as the page lists it: made of its record, and moved on by its events without asking for the record again. */
import type { PlanEvent, PlanRecord } from '../../index.ts';
import type { PlanItem } from '../book/item.ts';

export function lineOf(record: PlanRecord): PlanItem {
  const { error, waiting, changeSet, conflicts, validationResults } = record;
  return {
    type: 'plan',
    planId: record.planId,
    parentPlanId: record.parentPlanId,
    rootPlanId: record.rootPlanId,
    depth: record.depth,
    goal: record.description,
    action: record.actionName,
    profile: record.automationProfile,
    phase: record.phase,
    state: record.state,
    resting: record.resting,
    ways: record.ways,
    attempt: record.attempt,
    error: error === null ? null : { code: error.code, message: error.message, hints: error.hints },
    waiting: waiting === null ? null : waitOf(waiting),
    openConflicts: record.state === 'conflicted' ? conflicts.length : 0,
    checksFailed: validationResults.filter(({ passed }) => !passed).length,
    checksPassed: validationResults.filter(({ passed }) => passed).length,
    files: changeSet?.files.length ?? 0,
    toolCalls: record.toolCalls,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
  };
}

const waitOf = ({ until, fault }: NonNullable<PlanRecord['waiting']>) => ({
  until,
  category: fault.category,
  message: fault.message,
});

/** A new plan, as its first event tells it. */
export function bornLine({ spec, at }: Extract<PlanEvent, { type: 'plan.created' }>): PlanItem {
  return {
    type: 'plan',
    planId: spec.planId,
    parentPlanId: spec.parentPlanId,
    rootPlanId: spec.rootPlanId,
    depth: spec.depth,
    goal: spec.description,
    action: spec.actionName,
    profile: spec.automationProfile,
    phase: 'strategize',
    state: 'queued',
    resting: false,
    ways: [],
    attempt: 1,
    error: null,
    waiting: null,
    openConflicts: 0,
    checksFailed: 0,
    checksPassed: 0,
    files: 0,
    toolCalls: 0,
    createdAt: spec.createdAt,
    updatedAt: at,
  };
}

/** The plan after an event; the same object where nothing of it is shown. */
export function advanced(plan: PlanItem, event: PlanEvent): PlanItem {
  const updatedAt = event.at;
  switch (event.type) {
    case 'plan.phase_changed':
      return { ...plan, ...event.to, waiting: null, error: null, ways: [], resting: false, updatedAt };
    case 'plan.applied':
      return { ...plan, state: 'applied', files: event.files.length, updatedAt };
    case 'plan.cancelled':
      return { ...plan, state: 'cancelled', resting: false, updatedAt };
    case 'attempt.delayed':
      return { ...plan, waiting: waitOf(event.waiting), updatedAt };
    case 'error.recorded': {
      const { code, message, hints } = event.fault;
      return { ...plan, error: { code, message, hints }, updatedAt };
    }
    case 'conflict.found':
      // How many there are stands in the record.
      return { ...plan, openConflicts: Math.max(1, plan.openConflicts), updatedAt };
    case 'validation.finished': {
      const checksFailed = event.results.filter(({ passed }) => !passed).length;
      return { ...plan, checksFailed, checksPassed: event.results.length - checksFailed, updatedAt };
    }
    case 'tool.called':
      // A record that was read meanwhile counts it already.
      return event.at > plan.updatedAt ? { ...plan, toolCalls: plan.toolCalls + 1, waiting: null, updatedAt } : plan;
    case 'step.progressed':
      return plan.waiting === null ? plan : { ...plan, waiting: null, updatedAt };
    default:
      return plan;
  }
}

const restStates = ['complete', 'errored', 'conflicted', 'constrained', 'paused'];

/** Whether an event leads to what only the record tells: what leads on from where a plan rests, and what is in conflict. */
export function callsForRecord(event: PlanEvent): boolean {
  if (event.type === 'plan.phase_changed') return restStates.includes(event.to.state);
  return event.type === 'plan.applied' || event.type.startsWith('conflict.');
}
