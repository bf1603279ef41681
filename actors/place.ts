import { projectOf } from './project.ts';
import { provided } from './provided.ts';

/** Makes the sandbox's files exactly `tree`. */
export const place = provided('place', async ({ input: { spec, sandbox, tree } }, world) => {
  await projectOf(world, spec).project.restore({ key: sandbox.key, tree });
  return { tree };
});
