/** When an instance must be in memory, as the rows that it writes tell. */
import type { Operation } from '../../ports/store.ts';
import type { ActorRow, PersistedState, TimerRow } from '../actor-row.ts';
import { prefix } from '../keys.ts';
import { parseTimer } from '../stored-state.ts';
import { isRunningTimer } from '../timers.ts';

/**
 * Returns the earliest time at which one of the written rows needs its instance; undefined when none does. What the rows
 * replace does not count, so an instance may wake earlier than it must, and never later.
 */
export function wakeTimeOf(operations: readonly Operation[]): number | undefined {
  let earliest: number | undefined;
  for (const operation of operations) {
    if (operation.type === 'del') continue;
    const time = timeOf(operation.key, operation.value);
    if (time !== undefined) earliest = Math.min(time, earliest ?? time);
  }
  return earliest;
}

function timeOf(at: string, value: unknown): number | undefined {
  if (at.startsWith(prefix.timer)) {
    const row = value as TimerRow;
    if (row.remainingMs !== undefined) return undefined;
    return isRunningTimer(parseTimer(at, value).id, row) ? 0 : row.due;
  }
  if (!at.startsWith(prefix.actor)) return undefined;
  // The row of its start, or its state alone.
  const state = (value as ActorRow).state ?? (value as PersistedState);
  return 'snapshot' in state && state.snapshot.status === 'active' ? 0 : undefined;
}
