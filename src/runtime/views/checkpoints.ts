/** A plan's checkpoints, oldest first. */

import type { Checkpoint } from '../../model/checkpoint.ts';
import type { PlanEvent } from '../../model/event.ts';
import { sequenceOf } from '../../model/rollback-history.ts';
import { ascending } from '../../model/text-order.ts';

export type Checkpoints = readonly Checkpoint[];

export function reduceCheckpoints(checkpoints: Checkpoints, event: PlanEvent): Checkpoints {
  if (event.type === 'checkpoint.deleted') return without(checkpoints, event.checkpointId);
  if (event.type !== 'checkpoint.created') return checkpoints;
  const { checkpoint, at } = event;
  const made = { ...checkpoint, decisionSequence: sequenceOf(event), createdAt: at };
  const all = [...without(checkpoints, checkpoint.checkpointId), made];
  return all.sort(ascending(({ checkpointId }) => checkpointId));
}

const without = (checkpoints: Checkpoints, id: string) => checkpoints.filter(({ checkpointId }) => checkpointId !== id);
