import { commandHint } from '../../src/model/command-hint.ts';
import { withSandboxLostHints } from '../../src/model/hints.ts';
import { defineEffect } from '../define-effect.ts';
import { resolveProject } from '../resolve-project.ts';
import { assertSandboxUnchanged, assertTreeExists, deleteCheckpoint } from '../rollback/preconditions.ts';
import { createCheckpoint } from '../sandbox/create-checkpoint.ts';

/** Creates a checkpoint of the current state, before a decision is corrected. */
export const checkpointCurrent = defineEffect(
  'checkpointCurrent',
  async ({ input: { spec, sandbox, order, expected }, step, key }, services) => {
    const where = `decision ${order.decisionId}`;
    await withSandboxLostHints(resolveProject(services, spec).project.sandbox(sandbox.key), spec);
    if (order.treeOid !== null) await assertTreeExists(services, spec, order.treeOid, where);
    const present = await step('present', () =>
      createCheckpoint(services, spec, {
        key: sandbox.key,
        mark: `${key}/present`,
        trigger: 'beforeCorrection',
        label: `before "${order.guidance.slice(0, 40)}"`,
      }),
    );
    if (expected === null || order.force) return { present };
    try {
      const again = commandHint('plan correct', { args: [order.decisionId], options: { guidance: order.guidance } });
      await assertSandboxUnchanged(services, spec, { expected, present: present.treeOid }, { where, again });
      return { present };
    } catch (thrown) {
      await deleteCheckpoint(services, spec, present);
      throw thrown;
    }
  },
);
