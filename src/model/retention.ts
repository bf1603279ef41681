import type { Checkpoint } from './checkpoint.ts';

type RetainedFields = Pick<Checkpoint, 'checkpointId' | 'label' | 'decisionSequence' | 'ref'>;

/** Returns the checkpoints to remove so that `limit` remain: the oldest, but never the latest or one with a label. */
export function checkpointsToPrune<C extends RetainedFields>(checkpoints: readonly C[], limit: number): C[] {
  const ordered = [...checkpoints].sort((left, right) => left.decisionSequence - right.decisionSequence);
  const latest = ordered.at(-1);
  const removable = ordered.filter(checkpoint => checkpoint.label === null && checkpoint !== latest);
  return removable.slice(0, Math.max(0, ordered.length - limit));
}
