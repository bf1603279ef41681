import { defineEffect } from '../define-effect.ts';
import { projectOf } from '../project-of.ts';

/** Makes the sandbox's files exactly `tree`, in a folder where somebody is to see them. */
export const restoreTree = defineEffect('restoreTree', async ({ input: { spec, sandbox, tree, toSee } }, world) => {
  const { project } = projectOf(world, spec);
  await project.restore({ key: sandbox.key, tree });
  if (toSee) await project.materialize(sandbox.key);
  return { tree };
});
