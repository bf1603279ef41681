import { freshContext, type PlanSnapshot, standing } from '../../machines/index.ts';
import { nothingSpent } from '../model/budget.ts';
import { PlanProgress, type PlanRecord, type PlanSpec } from '../model/plan.ts';
import type { Operation } from '../ports/store.ts';
import { keys } from './keys.ts';

const progressKeys = Object.keys(PlanProgress.shape) as (keyof PlanProgress)[];

/** The record of a plan as its chart has it now. */
export function recordOfSnapshot(snapshot: PlanSnapshot, at: string): PlanRecord {
  const { phase, state, resting, checking, ways } = standing(snapshot);
  return {
    ...recordParts(snapshot.context.spec, snapshot.context),
    phase,
    state,
    resting,
    checking,
    ways,
    spent: nothingSpent,
    checkoutChanges: [],
    updatedAt: at,
  };
}

/** The record of a plan that was made and has not run. */
export function recordOfSpec(spec: PlanSpec, at: string): PlanRecord {
  return {
    ...recordParts(spec, freshContext({ spec })),
    phase: 'strategize',
    state: 'queued',
    resting: false,
    checking: false,
    ways: [],
    spent: nothingSpent,
    checkoutChanges: [],
    updatedAt: at,
  };
}

export function recordRow(record: PlanRecord): Operation {
  return { type: 'put', key: keys.plan(record.planId), value: record };
}

function recordParts(spec: PlanSpec, progress: PlanProgress): PlanSpec & PlanProgress {
  const picked = Object.fromEntries(progressKeys.map(key => [key, progress[key]])) as PlanProgress;
  return { ...spec, ...picked };
}
