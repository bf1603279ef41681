import { type RevertedFile, stateLostError } from '../../src/model/checkpoint.ts';
import { commandHint, type Hint } from '../../src/model/command-hint.ts';
import { TroupeError } from '../../src/model/errors.ts';
import { withSandboxLostHints } from '../../src/model/hints.ts';
import { defineEffect } from '../define-effect.ts';
import { resolveProject } from '../resolve-project.ts';
import { withCurrentCheckpoint } from './current-checkpoint.ts';
import { assertSandboxUnchanged, assertTreeExists } from './preconditions.ts';

/**
 * Restores the sandbox to a checkpoint, byte for byte. First saves the current state as a checkpoint, so that the
 * rollback can be undone, and so that a failure half-way restores the files.
 */
export const rollback = defineEffect('rollback', async (context, services) => {
  const { spec, sandbox, order, expected } = context.input;
  const { project, link } = resolveProject(services, spec);
  const { planId } = spec;
  const { checkpointId } = order;
  const where = `checkpoint ${checkpointId}`;
  await withSandboxLostHints(project.sandbox(sandbox.key), { planId, checkpointId });
  await assertTreeExists(services, spec, order.treeOid, where);
  const stored = await services.ledger.checkpointContext(planId, checkpointId);
  if (stored === null) throw stateLostError({ planId, checkpointId });
  const named = { trigger: 'beforeRollback' as const, label: 'before rollback' };
  return withCurrentCheckpoint(context, services, named, async present => {
    const again = commandHint('plan rollback', { args: [checkpointId] });
    if (expected !== null && !order.force)
      await assertSandboxUnchanged(services, spec, { expected, present: present.treeOid }, { where, again });
    const { files } = await project.changes({ alias: link.alias, from: present.treeOid, to: order.treeOid });
    try {
      await project.restore({ key: sandbox.key, tree: order.treeOid });
      const { tree } = await project.capture({ key: sandbox.key });
      const left = (await project.changes({ alias: link.alias, from: tree, to: order.treeOid })).files;
      if (left.length > 0) {
        const fork = commandHint('plan fork', { planId, options: { checkpoint: checkpointId } });
        throw notAsItWas(
          left.map(({ path }) => path),
          where,
          [again, fork],
        );
      }
    } catch (thrown) {
      await project.restore({ key: sandbox.key, tree: present.treeOid });
      throw thrown;
    }
    const changes = files.map(
      ({ path, operation }): RevertedFile => ({ file: path, action: operation === 'deleted' ? 'removed' : 'restored' }),
    );
    return { changes, context: stored };
  });
});

/** Something else is writing to the sandbox: roll back once it is done, or fork a new plan. */
function notAsItWas(files: string[], where: string, hints: Hint[]): TroupeError {
  return new TroupeError('SANDBOX_LOST', `The sandbox did not become what it was: ${files.join(', ')}`, {
    where,
    hints,
    details: { files },
  });
}
