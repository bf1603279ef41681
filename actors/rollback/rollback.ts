import type { RevertedFile } from '../../src/model/checkpoint.ts';
import { commandHint, type Hint } from '../../src/model/command-hint.ts';
import { TroupeError } from '../../src/model/errors.ts';
import { withSandboxLostHints } from '../../src/model/hints.ts';
import { defineEffect } from '../define-effect.ts';
import { resolveProject } from '../resolve-project.ts';
import { createCheckpoint } from '../sandbox/create-checkpoint.ts';
import { assertSandboxUnchanged, assertTreeExists, deleteCheckpoint } from './preconditions.ts';

/**
 * Restores the sandbox to a checkpoint, byte for byte. First saves the current state as a checkpoint, so that the
 * rollback can be undone, and so that a failure half-way restores the files.
 */
export const rollback = defineEffect('rollback', async ({ input, step, key }, services) => {
  const { spec, sandbox, order, expected } = input;
  const { project, link } = resolveProject(services, spec);
  const { checkpointId } = order;
  const where = `checkpoint ${checkpointId}`;
  await withSandboxLostHints(project.sandbox(sandbox.key), { planId: spec.planId, checkpointId });
  await assertTreeExists(services, spec, order.treeOid, where);
  const present = await step('present', () =>
    createCheckpoint(services, spec, {
      key: sandbox.key,
      mark: `${key}/present`,
      trigger: 'beforeRollback',
      label: 'before rollback',
    }),
  );
  try {
    if (expected !== null && !order.force) {
      const again = commandHint('plan rollback', { args: [checkpointId] });
      await assertSandboxUnchanged(services, spec, { expected, present: present.treeOid }, { where, again });
    }
    const { files } = await project.changes({ alias: link.alias, from: present.treeOid, to: order.treeOid });
    await project.restore({ key: sandbox.key, tree: order.treeOid });
    const { tree } = await project.capture({ key: sandbox.key });
    const left = (await project.changes({ alias: link.alias, from: tree, to: order.treeOid })).files;
    if (left.length > 0)
      throw notAsItWas(
        left.map(({ path }) => path),
        where,
        [
          commandHint('plan rollback', { args: [checkpointId] }),
          commandHint('plan fork', { planId: spec.planId, options: { checkpoint: checkpointId } }),
        ],
      );
    const changes = files.map(
      ({ path, operation }): RevertedFile => ({ file: path, action: operation === 'deleted' ? 'removed' : 'restored' }),
    );
    return { present, changes };
  } catch (thrown) {
    await project.restore({ key: sandbox.key, tree: present.treeOid });
    await deleteCheckpoint(services, spec, present);
    throw thrown;
  }
});

/** Something else is writing to the sandbox: roll back once it is done, or fork a new plan. */
function notAsItWas(files: string[], where: string, hints: Hint[]): TroupeError {
  return new TroupeError('SANDBOX_LOST', `The sandbox did not become what it was: ${files.join(', ')}`, {
    where,
    hints,
    details: { files },
  });
}
