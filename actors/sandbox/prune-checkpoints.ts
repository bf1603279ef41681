import type { EffectContext } from '../../src/durable/effect.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { checkpointsToPrune } from '../../src/model/retention.ts';
import { projectOf } from '../project-of.ts';
import type { EffectServices } from '../services.ts';

/** After how many calls it is looked whether there are too many checkpoints. */
export const pruneEvery = 20;

/**
 * Lets the oldest checkpoints go beyond the plan's limit. First the refs, then the rows: what a crash leaves in between
 * is let go the next time.
 */
export async function pruneCheckpoints(
  world: EffectServices,
  context: EffectContext<unknown>,
  spec: PlanSpec,
): Promise<void> {
  const { planId, checkpoints } = spec;
  const gone = checkpointsToPrune(await world.ledger.checkpoints(planId), checkpoints.limit);
  if (gone.length === 0) return;
  await projectOf(world, spec).project.unpinAll(gone.map(({ ref }) => ref.replace(/^refs\/troupe\//, '')));
  await context.emit(gone.map(({ checkpointId }) => ({ type: 'checkpoint.deleted', planId, checkpointId })));
}
