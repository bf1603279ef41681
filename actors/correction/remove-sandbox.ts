import { defineEffect } from '../define-effect.ts';
import { sandboxKey, sharesParentSandbox } from '../phases/prepare.ts';
import { resolveProject } from '../resolve-project.ts';
import { deleteCheckpoint } from '../rollback/preconditions.ts';

/** Removes the sandbox of an attempt that did not start, which contains no work to capture, and the checkpoint of the current state. */
export const removeSandbox = defineEffect('removeSandbox', async ({ input, emit }, services) => {
  const { spec, attempt, present } = input;
  const { planId } = spec;
  const { project } = resolveProject(services, spec);
  const key = sandboxKey(spec, attempt);
  const pin = `plans/${planId}/${key}`;
  if (!sharesParentSandbox(spec)) {
    await project.removeSandbox({ key, pin });
    await project.unpin(pin);
  }
  await deleteCheckpoint(services, spec, present);
  await emit([{ type: 'checkpoint.deleted', planId, checkpointId: present.checkpointId }]);
  return { discarded: true };
});
