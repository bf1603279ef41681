import { defineEffect } from '../define-effect.ts';
import { openAttemptSandbox } from '../phases/prepare.ts';
import { projectOf } from '../project-of.ts';

/** A sandbox for the next attempt, laid out before the present one is given up. */
export const openNextSandbox = defineEffect('openNextSandbox', async ({ input: { spec, attempt, tree } }, world) => ({
  sandbox: await openAttemptSandbox(projectOf(world, spec).project, spec, { attempt, tree }),
}));
