import { defineEffect } from '../define-effect.ts';
import { resolveProject } from '../resolve-project.ts';
import { openSandboxEnvironment } from '../sandbox/sandbox-environment.ts';
import { withTemporaryCheckout } from '../sandbox/temporary-checkout.ts';
import { findViolations, looksAtFiles } from './violations.ts';

/** Checks every invariant that has a check, on what changed between two trees. */
export const check = defineEffect('check', async ({ input, signal, key }, services) => {
  const { spec, invariants, fromTree, toTree, sandbox } = input;
  if (invariants.every(invariant => invariant.check === null)) return { violations: [] };
  const { project, link } = resolveProject(services, spec);
  const tree = toTree ?? link.baseTree;
  const from = fromTree ?? link.baseTree;
  const { files } = await project.changes({ alias: link.alias, from, to: tree });
  const needsFiles = invariants.some(looksAtFiles);
  const holds = (directory: string, variables: Record<string, string> = {}) =>
    findViolations(invariants, { spec, services, changes: files, from, tree, directory, variables, signal, key });
  const holdsIn = async (sandbox: { key: string; path: string }) => {
    const { directory, variables } = await openSandboxEnvironment(services, spec, sandbox, { signal, key });
    return holds(directory, variables);
  };
  if (!needsFiles) return { violations: await holds(sandbox?.path ?? link.root) };
  if (sandbox !== null) return { violations: await holdsIn(sandbox) };
  const how = { spec, at: 'check', tree, kind: 'folder' } as const;
  return withTemporaryCheckout(project, how, async checkout => ({ violations: await holdsIn(checkout) }));
});
