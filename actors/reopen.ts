import { sandboxFor } from './prepare.ts';
import { projectOf } from './project.ts';
import { provided } from './provided.ts';

/** A sandbox for the next attempt, laid out before the present one is given up. */
export const reopen = provided('reopen', async ({ input: { spec, attempt, tree } }, world) => ({
  sandbox: await sandboxFor(projectOf(world, spec).project, spec, { attempt, tree }),
}));
