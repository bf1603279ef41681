import { defineEffect } from '../define-effect.ts';
import { sandboxKey, sharesParentSandbox } from '../phases/prepare.ts';
import { resolveProject } from '../resolve-project.ts';
import { deleteCheckpoint } from '../rollback/preconditions.ts';

/** Removes the sandbox of an attempt that did not start; it contains no work to capture. */
export const removeSandbox = defineEffect('removeSandbox', async ({ input: { spec, attempt, present } }, services) => {
  const { project } = resolveProject(services, spec);
  const key = sandboxKey(spec, attempt);
  const pin = `plans/${spec.planId}/${key}`;
  if (!sharesParentSandbox(spec)) {
    await project.removeSandbox({ key, pin });
    await project.unpin(pin);
  }
  await deleteCheckpoint(services, spec, present);
  return { discarded: true };
});
