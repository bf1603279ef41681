import type { Checkpoint } from './checkpoint.ts';

type RetainedFields = Pick<Checkpoint, 'checkpointId' | 'label' | 'decisionSequence' | 'snapshot' | 'ref'>;

/**
 * Returns the checkpoints to remove so that `limit` remain: the oldest, but never the latest, one with a label, or
 * one whose machine snapshot others depend on.
 */
export function checkpointsToPrune<C extends RetainedFields>(checkpoints: readonly C[], limit: number): C[] {
  const ordered = [...checkpoints].sort((left, right) => left.decisionSequence - right.decisionSequence);
  const latest = ordered.at(-1);
  const removable = ordered.filter(checkpoint => checkpoint.label === null && checkpoint !== latest);
  const pruned = new Set(removable.slice(0, Math.max(0, ordered.length - limit)));
  let machine: C | null = null;
  for (const checkpoint of ordered) {
    if (checkpoint.snapshot !== null) machine = checkpoint;
    else if (machine !== null && !pruned.has(checkpoint)) pruned.delete(machine);
  }
  return ordered.filter(checkpoint => pruned.has(checkpoint));
}
