import { createPlanContext, type PlanSnapshot, planStatus } from '../../../machines/index.ts';
import { zeroUsage } from '../../model/budget.ts';
import { PlanProgress, type PlanRecord, type PlanSpec } from '../../model/plan.ts';
import type { Operation } from '../../ports/store.ts';
import { keys } from './keys.ts';

const progressKeys = Object.keys(PlanProgress.shape) as (keyof PlanProgress)[];

/** The record of a plan as its chart has it now. */
export function recordFromSnapshot(snapshot: PlanSnapshot, at: string): PlanRecord {
  const { phase, state, resting, checking, availableCommands } = planStatus(snapshot);
  return {
    ...recordParts(snapshot.context.spec, snapshot.context),
    phase,
    state,
    resting,
    checking,
    availableCommands: availableCommands,
    spent: zeroUsage,
    checkoutChanges: [],
    updatedAt: at,
  };
}

/** The record of a plan that was made and has not run. */
export function recordFromSpec(spec: PlanSpec, at: string): PlanRecord {
  return {
    ...recordParts(spec, createPlanContext({ spec })),
    phase: 'strategize',
    state: 'queued',
    resting: false,
    checking: false,
    availableCommands: [],
    spent: zeroUsage,
    checkoutChanges: [],
    updatedAt: at,
  };
}

export function putRecord(record: PlanRecord): Operation {
  return { type: 'put', key: keys.plan(record.planId), value: record };
}

function recordParts(spec: PlanSpec, progress: PlanProgress): PlanSpec & PlanProgress {
  const picked = Object.fromEntries(progressKeys.map(key => [key, progress[key]])) as PlanProgress;
  return { ...spec, ...picked };
}
