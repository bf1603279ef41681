import { checkpointNow } from './checkpoint.ts';
import { forgetPresent, mustBeOpen, mustBeOurs, mustExist } from './present.ts';
import { provided } from './provided.ts';

/** The present in a checkpoint, before a decision is corrected. */
export const keep = provided('keep', async ({ input: { spec, sandbox, order, expected }, step, key }, world) => {
  const where = `decision ${order.decisionId}`;
  await mustBeOpen(world, spec, sandbox.key, [
    `troupe plan fork ${spec.planId} --guidance "..."`,
    `troupe plan revert ${spec.planId} --guidance "..."`,
  ]);
  if (order.treeOid !== null) await mustExist(world, spec, order.treeOid, where);
  const present = await step('present', () =>
    checkpointNow(world, spec, {
      key: sandbox.key,
      mark: `${key}/present`,
      trigger: 'beforeCorrection',
      label: `before "${order.guidance.slice(0, 40)}"`,
    }),
  );
  if (expected === null || order.force) return { present };
  try {
    const again = `troupe plan correct ${order.decisionId} --guidance "..."`;
    await mustBeOurs(world, spec, { expected, present: present.treeOid }, { where, again });
    return { present };
  } catch (thrown) {
    await forgetPresent(world, spec, present);
    throw thrown;
  }
});
