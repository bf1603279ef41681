import type { RevertedFile } from '../src/model/checkpoint.ts';
import { Fault } from '../src/model/fault.ts';
import type { Project } from '../src/ports/project.ts';
import { checkpointNow } from './checkpoint.ts';
import { projectOf } from './project.ts';
import { provided } from './provided.ts';

/**
 * The sandbox back to a checkpoint, byte for byte. First the present is kept as a checkpoint, so that going back can be
 * undone, and so that a failure half-way puts the files back as they were.
 */
export const rollback = provided('rollback', async ({ input, step, key }, world) => {
  const { spec, sandbox, order, expected } = input;
  const { project, link } = projectOf(world, spec);
  await project.sandbox(sandbox.key);
  if (order.sandbox !== sandbox.key) {
    throw new Fault('SANDBOX_LOST', 'The checkpoint is of an earlier attempt, and its sandbox is no longer there', {
      where: `checkpoint ${order.checkpointId}`,
      hints: [`troupe plan checkpoint list ${spec.planId}`],
    });
  }
  await mustExist(project, order.treeOid, order.checkpointId);
  const present = await step('present', () =>
    checkpointNow(world, spec, {
      key: sandbox.key,
      mark: `${key}/present`,
      trigger: 'beforeRollback',
      label: 'before going back',
    }),
  );
  try {
    const between = (to: string) => project.changes({ alias: link.alias, from: present.treeOid, to });
    const edited = expected === null || order.force ? [] : (await between(expected)).files;
    if (edited.length > 0)
      throw editedMeanwhile(
        edited.map(({ path }) => path),
        order.checkpointId,
      );
    const { files } = await between(order.treeOid);
    await project.restore({ key: sandbox.key, tree: order.treeOid });
    const { tree } = await project.capture({ key: sandbox.key });
    const left = (await project.changes({ alias: link.alias, from: tree, to: order.treeOid })).files;
    if (left.length > 0)
      throw notAsItWas(
        left.map(({ path }) => path),
        order.checkpointId,
      );
    const changes = files.map(
      ({ path, operation }): RevertedFile => ({ file: path, action: operation === 'deleted' ? 'removed' : 'restored' }),
    );
    return { present, changes };
  } catch (thrown) {
    await project.restore({ key: sandbox.key, tree: present.treeOid });
    await project.unpin(present.ref.replace(/^refs\/troupe\//, ''));
    throw thrown;
  }
});

async function mustExist(project: Project, tree: string, checkpointId: string): Promise<void> {
  try {
    await project.files(tree);
  } catch (cause) {
    throw new Fault('CHECKPOINT_LOST', `The files of checkpoint ${checkpointId} are no longer in the repository`, {
      where: `checkpoint ${checkpointId}`,
      hints: ['troupe plan checkpoint list', 'git fsck'],
      cause,
    });
  }
}

function editedMeanwhile(files: string[], checkpointId: string): Fault {
  return new Fault(
    'SANDBOX_EDITED',
    `Somebody changed ${files.join(', ')} in the sandbox since the plan came to rest`,
    {
      where: `checkpoint ${checkpointId}`,
      hints: [`troupe plan rollback ${checkpointId} --force`, 'troupe plan checkpoint create --label "my edits"'],
      details: { files },
    },
  );
}

function notAsItWas(files: string[], checkpointId: string): Fault {
  return new Fault('SANDBOX_LOST', `The sandbox did not become what it was: ${files.join(', ')}`, {
    where: `checkpoint ${checkpointId}`,
    hints: ['troupe doctor'],
    details: { files },
  });
}
