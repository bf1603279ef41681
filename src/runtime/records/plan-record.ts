import {
  createPlanContext,
  type PlanSnapshot,
  type PositionStatus,
  planStatus,
  positionStatus,
} from '../../../machines/index.ts';
import { TroupeError } from '../../model/errors.ts';
import { PlanProgress, type PlanRecord, type PlanSpec } from '../../model/plan.ts';
import { zeroUsage } from '../../model/zero-usage.ts';
import type { Operation } from '../../ports/store.ts';
import { keys } from './keys.ts';

const progressKeys = Object.keys(PlanProgress.shape) as (keyof PlanProgress)[];

/** Returns the record of a plan from its machine's snapshot. */
export function recordFromSnapshot(snapshot: PlanSnapshot, at: string): PlanRecord {
  return {
    ...recordParts(snapshot.context.spec, snapshot.context),
    ...(snapshot.status === 'error' ? crashedStatus(snapshot) : planStatus(snapshot)),
    spent: zeroUsage,
    checkoutChanges: [],
    updatedAt: at,
  };
}

/** For a plan whose machine failed: no actor can take a command any more. */
function crashedStatus(snapshot: PlanSnapshot) {
  return { ...crashedActivity(snapshot), error: TroupeError.serialize(snapshot.error), availableCommands: [] };
}

function crashedActivity({ context }: PlanSnapshot): PositionStatus {
  return { phase: context.position.phase, state: 'errored', resting: true, checking: false };
}

/** Returns what a record of this snapshot says of the plan's activity. */
export function activityFromSnapshot(snapshot: PlanSnapshot): PositionStatus & Pick<PlanRecord, 'planId' | 'depth'> {
  const { planId, depth } = snapshot.context.spec;
  return { planId, depth, ...(snapshot.status === 'error' ? crashedActivity(snapshot) : positionStatus(snapshot)) };
}

/** Returns the record of a new plan. */
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
  const present = progressKeys.filter(key => progress[key] !== undefined);
  const picked = Object.fromEntries(present.map(key => [key, progress[key]])) as PlanProgress;
  return { ...spec, ...picked };
}
