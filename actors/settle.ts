import { projectOf } from './project.ts';
import { provided } from './provided.ts';

/** The merged tree with one conflict settled as its resolution says. */
export const settle = provided('settle', async ({ input: { spec, tree, conflict, resolution } }, world) => ({
  treeOid: await projectOf(world, spec).project.resolve({ tree, conflict, resolution }),
}));
