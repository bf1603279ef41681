/** Whether a system rests: nothing runs in it, so it can be closed and opened again unnoticed. */
import { isMachineSnapshot } from 'xstate';
import type { ActorEntry } from './actor-registry.ts';
import { isRunningTimer } from './timers.ts';

/** What ends the rest of a system. */
export interface Rest {
  /** The deadline of its first timer, in milliseconds since the epoch; absent when it has none. */
  nextDue?: number;
}

/**
 * Returns undefined when an actor runs: an effect, a logic of another kind that works by itself, or a pausable timer; or
 * when a timer is due.
 */
export function findRest(actors: Iterable<ActorEntry>, nowMs: number): Rest | undefined {
  let nextDue = Number.POSITIVE_INFINITY;
  for (const { ref, timers } of actors) {
    const snapshot = ref.getSnapshot();
    const isPassive = isMachineSnapshot(snapshot) || ref.logic.start === undefined;
    if (snapshot.status === 'active' && !isPassive) return undefined;
    for (const [id, { row }] of timers ?? []) {
      if (isRunningTimer(id, row)) return undefined;
      if (row.remainingMs === undefined) nextDue = Math.min(nextDue, row.due);
    }
  }
  if (nextDue <= nowMs) return undefined;
  return Number.isFinite(nextDue) ? { nextDue } : {};
}

/** Returns the first deadline of a timer; undefined when there is none. */
export function findNextDue(actors: Iterable<ActorEntry>): number | undefined {
  let nextDue: number | undefined;
  for (const { timers } of actors) {
    for (const { row } of timers?.values() ?? []) {
      if (row.remainingMs === undefined) nextDue = Math.min(row.due, nextDue ?? row.due);
    }
  }
  return nextDue;
}
