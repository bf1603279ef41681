import { TroupeError } from '../../src/model/errors.ts';
import type { Project } from '../../src/ports/project.ts';
import { defineEffect } from '../define-effect.ts';
import { sharesParentSandbox } from '../phases/prepare.ts';
import { projectOf } from '../project-of.ts';
import { closeTemporaryCheckouts } from './temporary-checkout.ts';

/** Lets a sandbox go. What is in it is captured in a ref first, so nothing produced is lost. */
export const archiveSandbox = defineEffect(
  'archiveSandbox',
  async ({ input: { spec, sandbox, reason }, step }, world) => {
    const { project, link } = projectOf(world, spec);
    if (sandbox === null) {
      // It may have been looking when it was called back.
      await closeTemporaryCheckouts(project, spec);
      return { ref: null };
    }
    const pin = `plans/${spec.planId}/${sandbox.key}`;
    if (sharesParentSandbox(spec)) {
      // Its parent's, who finds it as it was.
      const { ref, tree } = await step('tree', () => project.capture({ key: sandbox.key, pin }));
      await project.restore({ key: sandbox.key, tree: link.baseTree });
      return { ref, tree };
    }
    const hasResult = reason === 'complete' || reason === 'applied';
    // Kept before the sandbox goes: what is asked again after a crash finds none any more.
    const tree = hasResult ? null : await step('tree', () => treeIn(project, sandbox.key));
    // Also when its folder is gone: a crash may have left it registered.
    await project.removeSandbox({ key: sandbox.key, pin });
    return { ref: `refs/troupe/${pin}`, ...(tree === null ? {} : { tree }) };
  },
);

/** The files as they stand; null where the sandbox is lost. */
async function treeIn(project: Project, key: string): Promise<string | null> {
  try {
    return (await project.capture({ key })).tree;
  } catch (thrown) {
    if (TroupeError.is(thrown) && thrown.code === 'SANDBOX_LOST') return null;
    throw thrown;
  }
}
