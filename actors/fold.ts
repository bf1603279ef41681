import type { Conflict } from '../src/model/conflict.ts';
import { projectOf } from './project.ts';
import { provided } from './provided.ts';

/** Folds one child into what is merged so far, by the group's strategy. Children come in recorded order. */
export const fold = provided('fold', async ({ input: { spec, ours, child, strategy } }, world) => {
  const { project, link } = projectOf(world, spec);
  if (strategy === 'sequentialApply' && child.baseTree === ours) {
    return { clean: true, treeOid: child.treeOid, conflicts: [], engines: { '*': 'sequential' } };
  }
  const merged = await project.mergeTrees({
    base: child.baseTree,
    ours,
    theirs: child.treeOid,
    alias: link.alias,
    theirsPlanId: child.planId,
  });
  if (merged.clean) return { clean: true, treeOid: merged.treeOid, conflicts: [], engines: merged.engines };
  const conflicts = merged.conflicts.map(
    (conflict): Conflict => ({
      ...conflict,
      ours: { ...conflict.ours, goals: [spec.description], planIds: [spec.planId] },
      theirs: { ...conflict.theirs, goals: [child.goal], planIds: [child.planId] },
    }),
  );
  if (strategy !== 'lastWins') return { clean: false, treeOid: merged.treeOid, conflicts, engines: merged.engines };
  let tree = merged.treeOid;
  for (const conflict of conflicts) tree = await project.resolve({ tree, conflict, resolution: { take: 'theirs' } });
  const engines = { ...merged.engines, ...Object.fromEntries(conflicts.map(conflict => [conflict.path, 'lastWins'])) };
  return { clean: true, treeOid: tree, conflicts: [], engines };
});
