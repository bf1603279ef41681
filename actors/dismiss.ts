import { endLooking } from './looking.ts';
import { isGuest } from './prepare.ts';
import { projectOf } from './project.ts';
import { provided } from './provided.ts';

/** Lets a sandbox go. What is in it is captured in a ref first, so nothing produced is lost. */
export const dismiss = provided('dismiss', async ({ input: { spec, sandbox } }, world) => {
  const { project, link } = projectOf(world, spec);
  if (sandbox === null) {
    // It may have been looking when it was called back.
    await endLooking(project, spec);
    return { ref: null };
  }
  const pin = `plans/${spec.planId}/${sandbox.key}`;
  if (isGuest(spec)) {
    // Its parent's, who finds it as it was.
    const { ref } = await project.capture({ key: sandbox.key, pin });
    await project.restore({ key: sandbox.key, tree: link.baseTree });
    return { ref };
  }
  // Also when its folder is gone: a crash may have left it registered.
  await project.removeSandbox({ key: sandbox.key, pin });
  return { ref: `refs/troupe/${pin}` };
});
