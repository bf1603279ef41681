import { TroupeError } from '../../src/model/errors.ts';
import type { Project } from '../../src/ports/project.ts';
import { defineEffect } from '../define-effect.ts';
import { sharesParentSandbox } from '../phases/prepare.ts';
import { resolveProject } from '../resolve-project.ts';
import { closeTemporaryCheckouts } from './temporary-checkout.ts';

/** Removes a sandbox. Captures its files in a ref first, so no work is lost. */
export const archiveSandbox = defineEffect(
  'archiveSandbox',
  async ({ input: { spec, sandbox, reason, captured = null }, step }, services) => {
    const { project, link } = resolveProject(services, spec);
    if (sandbox === null) {
      // The plan may have been stopped while it had one open.
      await closeTemporaryCheckouts(project, spec);
      return { ref: null };
    }
    const pin = `plans/${spec.planId}/${sandbox.key}`;
    if (sharesParentSandbox(spec)) {
      // The sandbox belongs to the parent, which finds it unchanged.
      const { ref, tree } = await step('tree', () => project.capture({ key: sandbox.key, pin }));
      await project.restore({ key: sandbox.key, tree: link.baseTree });
      return { ref, tree };
    }
    if (captured !== null) {
      await project.pin(pin, captured);
      await project.removeSandbox({ key: sandbox.key, pin: null });
      return { ref: `refs/troupe/${pin}` };
    }
    const hasResult = reason === 'complete' || reason === 'applied';
    // Recorded before the sandbox is removed: after a crash it would no longer exist.
    const tree = hasResult ? null : await step('tree', () => treeIn(project, sandbox.key));
    // Also when its folder is gone: a crash may have left the registration.
    await project.removeSandbox({ key: sandbox.key, pin });
    return { ref: `refs/troupe/${pin}`, ...(tree === null ? {} : { tree }) };
  },
);

/** Returns the tree of the current files; null when the sandbox is lost. */
async function treeIn(project: Project, key: string): Promise<string | null> {
  try {
    return (await project.capture({ key })).tree;
  } catch (thrown) {
    if (TroupeError.is(thrown) && thrown.code === 'SANDBOX_LOST') return null;
    throw thrown;
  }
}
