import type { PlanRecord } from '../index.ts';
import { shortId } from './hints.ts';
import { nextCommands } from './next-commands.ts';
import { stateReason } from './plan-state.ts';
import { isInProgress, progressText } from './progress-text.ts';

/**
 * Explains a plan's state and the next commands, best first. `attached`: another process has the store open; if none
 * has, a plan in progress was interrupted.
 */
export function explainState(
  record: PlanRecord,
  { attached }: { attached: boolean },
): { reason: string; next: string[] } {
  const next = nextCommands(record);
  if (attached || !isInProgress(record)) return { reason: stateReason(record), next };
  return {
    reason: `Its process ended while it was at work (${progressText(record)}); nothing that was done is lost.`,
    next: [`troupe plan resume ${shortId(record.planId)}`, ...next],
  };
}
