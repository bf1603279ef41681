import { look } from './looking.ts';
import { projectOf } from './project.ts';
import { provided } from './provided.ts';
import { looksAtFiles, violationsOf } from './violations.ts';
import { workplaceOf } from './workplace.ts';

/** Checks every invariant that has a check, on what changed between two trees. */
export const check = provided('check', async ({ input, signal, key }, world) => {
  const { spec, invariants, fromTree, toTree, sandbox } = input;
  if (invariants.every(invariant => invariant.check === null)) return { violations: [] };
  const { project, link } = projectOf(world, spec);
  const tree = toTree ?? link.baseTree;
  const from = fromTree ?? link.baseTree;
  const { files } = await project.changes({ alias: link.alias, from, to: tree });
  const needsFiles = invariants.some(looksAtFiles);
  const holds = (directory: string, variables: Record<string, string> = {}) =>
    violationsOf(invariants, { spec, world, changes: files, from, tree, directory, variables, signal, key });
  const holdsIn = async (sandbox: { key: string; path: string }) => {
    const { directory, variables } = await workplaceOf(world, spec, sandbox, { signal, key });
    return holds(directory, variables);
  };
  if (!needsFiles) return { violations: await holds(sandbox?.path ?? link.root) };
  if (sandbox !== null) return { violations: await holdsIn(sandbox) };
  const how = { spec, at: 'check', tree, kind: 'folder' } as const;
  return look(project, how, async checkout => ({ violations: await holdsIn(checkout) }));
});
