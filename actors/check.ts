import { look } from './looking.ts';
import { projectOf } from './project.ts';
import { provided } from './provided.ts';
import { looksAtFiles, violationsOf } from './violations.ts';

/** Checks every invariant that has a check, on what changed between two trees. */
export const check = provided('check', async ({ input, signal, key }, world) => {
  const { spec, invariants, fromTree, toTree, sandbox } = input;
  if (invariants.every(invariant => invariant.check === null)) return { violations: [] };
  const { project, link } = projectOf(world, spec);
  const tree = toTree ?? link.baseTree;
  const from = fromTree ?? link.baseTree;
  const { files } = await project.changes({ alias: link.alias, from, to: tree });
  const needsFiles = invariants.some(looksAtFiles);
  const holds = (directory: string) =>
    violationsOf(invariants, { spec, world, changes: files, from, tree, directory, signal, key });
  if (sandbox !== null) {
    if (needsFiles) await project.folder(sandbox.key);
    return { violations: await holds(sandbox.path) };
  }
  if (!needsFiles) return { violations: await holds(link.root) };
  return look(project, { spec, at: 'check', tree, kind: 'folder' }, async ({ path }) => ({
    violations: await holds(path),
  }));
});
