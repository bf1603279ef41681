import { isGuest, sandboxKey } from './prepare.ts';
import { forgetPresent } from './present.ts';
import { projectOf } from './project.ts';
import { provided } from './provided.ts';

/** A sandbox of an attempt that is not to be: nothing was done in it, so nothing of it is kept. */
export const discard = provided('discard', async ({ input: { spec, attempt, present } }, world) => {
  const { project } = projectOf(world, spec);
  const key = sandboxKey(spec, attempt);
  const pin = `plans/${spec.planId}/${key}`;
  if (!isGuest(spec)) {
    await project.removeSandbox({ key, pin });
    await project.unpin(pin);
  }
  await forgetPresent(world, spec, present);
  return { discarded: true };
});
