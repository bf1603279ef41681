import { orWithoutSandbox } from '../src/model/advice.ts';
import { shellWord } from '../src/model/shell-word.ts';
import { checkpointNow } from './checkpoint.ts';
import { forgetPresent, mustBeOurs, mustExist } from './present.ts';
import { projectOf } from './project.ts';
import { provided } from './provided.ts';

/** The present in a checkpoint, before a decision is corrected. */
export const keep = provided('keep', async ({ input: { spec, sandbox, order, expected }, step, key }, world) => {
  const where = `decision ${order.decisionId}`;
  await orWithoutSandbox(projectOf(world, spec).project.sandbox(sandbox.key), spec);
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
    const again = `troupe plan correct ${order.decisionId} --guidance ${shellWord(order.guidance)}`;
    await mustBeOurs(world, spec, { expected, present: present.treeOid }, { where, again });
    return { present };
  } catch (thrown) {
    await forgetPresent(world, spec, present);
    throw thrown;
  }
});
