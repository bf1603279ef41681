import { Fault } from '../model/fault.ts';
import type { PlanRecord } from '../model/plan.ts';
import type { Seen } from './api.ts';

/**
 * Of two who looked at the same plan and then gave a command, the second is told so instead of commanding a plan it
 * never saw.
 * @throws {Fault} LOCK_CONFLICT
 */
export function assertAsSeen(record: Pick<PlanRecord, 'planId' | keyof Seen>, seen: Seen): void {
  const changed = (['phase', 'state', 'attempt', 'updatedAt'] as const).some(key => record[key] !== seen[key]);
  if (changed) throw lostRace(record, seen);
}

/** The same for a plan in memory, which may have moved since its record was written. @throws {Fault} LOCK_CONFLICT */
export function assertStillThere(now: Omit<Seen, 'updatedAt'> & { planId: string }, seen: Seen): void {
  assertAsSeen({ ...now, updatedAt: seen.updatedAt }, seen);
}

function lostRace({ planId, ...now }: Pick<PlanRecord, 'planId' | 'phase' | 'state'>, seen: Seen): Fault {
  return new Fault(
    'LOCK_CONFLICT',
    `Another command was faster: the plan was at ${seen.phase}.${seen.state} when you looked, and is at ${now.phase}.${now.state} now`,
    {
      where: `plan ${planId}`,
      hints: [`troupe plan status ${planId}`, `troupe plan logs ${planId} --follow`],
    },
  );
}
