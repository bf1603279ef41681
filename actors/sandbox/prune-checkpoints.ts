import type { EffectContext } from '../../src/durable/effect.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { checkpointsToPrune } from '../../src/model/retention.ts';
import { resolveProject } from '../resolve-project.ts';
import type { EffectServices } from '../services.ts';

/** Number of calls between two checks for too many checkpoints. */
export const pruneEvery = 20;

/**
 * Removes the oldest checkpoints beyond the plan's limit. First the refs, then the rows: what a crash leaves in
 * between is removed the next time.
 */
export async function pruneCheckpoints(
  services: EffectServices,
  context: EffectContext<unknown>,
  spec: PlanSpec,
): Promise<void> {
  const { planId, checkpoints } = spec;
  const gone = checkpointsToPrune(await services.ledger.checkpoints(planId), checkpoints.limit);
  if (gone.length === 0) return;
  await resolveProject(services, spec).project.unpinAll(gone.map(({ ref }) => ref.replace(/^refs\/troupe\//, '')));
  await context.emit(gone.map(({ checkpointId }) => ({ type: 'checkpoint.deleted', planId, checkpointId })));
}
