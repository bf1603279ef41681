import { commandHint } from '../../src/model/command-hint.ts';
import { withSandboxLostHints } from '../../src/model/hints.ts';
import { truncateEnd } from '../../src/model/truncate.ts';
import { defineEffect } from '../define-effect.ts';
import { resolveProject } from '../resolve-project.ts';
import { withCurrentCheckpoint } from '../rollback/current-checkpoint.ts';
import { assertSandboxUnchanged, assertTreeExists } from '../rollback/preconditions.ts';

/** Creates a checkpoint of the current state, before a decision is corrected. */
export const checkpointCurrent = defineEffect('checkpointCurrent', async (context, services) => {
  const { spec, sandbox, order, expected } = context.input;
  const { decisionId, treeOid, guidance, force } = order;
  const where = `decision ${decisionId}`;
  await withSandboxLostHints(resolveProject(services, spec).project.sandbox(sandbox.key), spec);
  if (treeOid !== null) await assertTreeExists(services, spec, treeOid, where);
  const named = { trigger: 'beforeCorrection' as const, label: `before correction: ${truncateEnd(guidance, 40)}` };
  return withCurrentCheckpoint(context, services, named, async present => {
    const again = commandHint('plan correct', { args: [decisionId], options: { guidance } });
    if (expected !== null && !force)
      await assertSandboxUnchanged(services, spec, { expected, present: present.treeOid }, { where, again });
    return { present };
  });
});
