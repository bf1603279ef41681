import type { PlanRecord } from '../../index.ts';
import { isUnderWay, progressMade } from './progress-made.ts';
import { reason } from './standing.ts';
import { leadingOn, shortId } from './ways.ts';

/**
 * Why a plan is where it is, and what to type, best first. `attached`: another process has the store; where none has, a
 * plan that is under way was interrupted.
 */
export function account(record: PlanRecord, { attached }: { attached: boolean }): { why: string; next: string[] } {
  const next = leadingOn(record);
  if (attached || !isUnderWay(record)) return { why: reason(record), next };
  return {
    why: `Its process ended while it was at work (${progressMade(record)}); nothing that was done is lost.`,
    next: [`troupe plan resume ${shortId(record.planId)}`, ...next],
  };
}
