import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import type { PlanRecord } from '../../model/plan.ts';

/**
 * Of two users who saw the same plan and then send a command, the second gets an error instead of a command on a
 * state they never saw.
 * @throws {TroupeError} LOCK_CONFLICT
 */
export function assertUnchanged(record: Pick<PlanRecord, 'planId' | keyof PlanVersion>, version: PlanVersion): void {
  const changed = (['phase', 'state', 'attempt', 'updatedAt'] as const).some(key => record[key] !== version[key]);
  if (changed) throw changedSinceError(record, version);
}

/** The same for a plan in memory, which may have changed since its record was written. @throws {TroupeError} LOCK_CONFLICT */
export function assertStateUnchanged(
  current: Omit<PlanVersion, 'updatedAt'> & { planId: string },
  version: PlanVersion,
): void {
  assertUnchanged({ ...current, updatedAt: version.updatedAt }, version);
}

function changedSinceError(
  { planId, ...current }: Pick<PlanRecord, 'planId' | 'phase' | 'state'>,
  version: PlanVersion,
): TroupeError {
  return new TroupeError(
    'LOCK_CONFLICT',
    `Another command was faster: the plan was at ${version.phase}.${version.state} when you looked, and is at ${current.phase}.${current.state} now`,
    {
      where: `plan ${planId}`,
      hints: [commandHint('plan status', { planId }), commandHint('plan logs', { planId, options: { follow: true } })],
    },
  );
}

/** The state of a plan as you saw it, and when it last changed. */
export type PlanVersion = Pick<PlanRecord, 'phase' | 'state' | 'attempt' | 'updatedAt'>;
