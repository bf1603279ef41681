import { defineEffect } from '../define-effect.ts';
import { openAttemptSandbox } from '../phases/prepare.ts';
import { resolveProject } from '../resolve-project.ts';

/** Opens a sandbox for the next attempt, before the current one is removed. */
export const openNextSandbox = defineEffect(
  'openNextSandbox',
  async ({ input: { spec, attempt, tree } }, services) => ({
    sandbox: await openAttemptSandbox(resolveProject(services, spec).project, spec, { attempt, tree }),
  }),
);
