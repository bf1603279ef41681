import { defineEffect } from '../define-effect.ts';
import { sandboxKey, sharesParentSandbox } from '../phases/prepare.ts';
import { projectOf } from '../project-of.ts';
import { deleteCheckpoint } from '../rollback/preconditions.ts';

/** A sandbox of an attempt that is not to be: nothing was done in it, so nothing of it is kept. */
export const removeSandbox = defineEffect('removeSandbox', async ({ input: { spec, attempt, present } }, world) => {
  const { project } = projectOf(world, spec);
  const key = sandboxKey(spec, attempt);
  const pin = `plans/${spec.planId}/${key}`;
  if (!sharesParentSandbox(spec)) {
    await project.removeSandbox({ key, pin });
    await project.unpin(pin);
  }
  await deleteCheckpoint(world, spec, present);
  return { discarded: true };
});
