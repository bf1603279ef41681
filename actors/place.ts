import { projectOf } from './project.ts';
import { provided } from './provided.ts';

/** Makes the sandbox's files exactly `tree`, in a folder where somebody is to see them. */
export const place = provided('place', async ({ input: { spec, sandbox, tree, toSee } }, world) => {
  const { project } = projectOf(world, spec);
  await project.restore({ key: sandbox.key, tree });
  if (toSee) await project.folder(sandbox.key);
  return { tree };
});
