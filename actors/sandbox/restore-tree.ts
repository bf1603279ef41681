import { defineEffect } from '../define-effect.ts';
import { resolveProject } from '../resolve-project.ts';

/** Resets the sandbox's files to exactly `tree`, in a folder when a person is going to look at them. */
export const restoreTree = defineEffect('restoreTree', async ({ input: { spec, sandbox, tree, toSee } }, services) => {
  const { project } = resolveProject(services, spec);
  await project.restore({ key: sandbox.key, tree });
  if (toSee) await project.materialize(sandbox.key);
  return { tree };
});
