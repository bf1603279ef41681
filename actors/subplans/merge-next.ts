import type { SubplanTree } from '../../src/model/child-plan.ts';
import type { Conflict, ConflictHunk } from '../../src/model/conflict.ts';
import { omitUndefined } from '../../src/model/optional-keys.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { offerAttempts } from '../attempts/offer-attempts.ts';
import { defineEffect } from '../define-effect.ts';
import { resolveProject } from '../resolve-project.ts';
import type { EffectServices } from '../services.ts';
import { mergeChild } from './merge-in-order.ts';

/**
 * Merges the next child into the current tree, by the group's strategy, together with the following ones that changed
 * different files. Children come in recorded order.
 */
export const mergeNext = defineEffect(
  'mergeNext',
  async ({ input: { spec, ours, children, earlier, strategy } }, services) => {
    const { project, link } = resolveProject(services, spec);
    const [child] = children;
    if (child === undefined) throw new TypeError('there is no child to fold');
    if (strategy === 'chooseOne') return offerAttempts(services, { spec, ours, children, earlier });
    if (strategy === 'sequentialApply' && child.baseTree === ours) {
      return { clean: true, treeOid: child.treeOid, folded: 1, conflicts: [], engines: { '*': 'sequential' } };
    }
    const apart = await project.mergeDisjoint({
      ours,
      children: children.map(({ baseTree, treeOid }) => ({ base: baseTree, theirs: treeOid })),
    });
    if (apart.folded > 0) return { clean: true, ...apart, conflicts: [], engines: { '*': 'disjoint' } };
    const { baseTree: base, treeOid: theirs, planId: theirsPlanId } = child;
    const trees = { base, ours, theirs, alias: link.alias, theirsPlanId };
    const merged = await mergeChild(services, project, trees, strategy);
    const beside = omitUndefined({ adjacent: merged.adjacent });
    if (merged.clean) {
      return { clean: true, treeOid: merged.treeOid, folded: 1, conflicts: [], engines: merged.engines, ...beside };
    }
    const authors = await authorsOf(services, spec, earlier);
    const conflicts = merged.conflicts.map((conflict): Conflict => {
      const ours = authors(conflict.path);
      return {
        ...conflict,
        message: services.redactor.text(conflict.message),
        hunks: conflict.hunks.map(hunk => shownHunk(hunk, services)),
        ours: { ...conflict.ours, planIds: ours.map(({ planId }) => planId), goals: ours.map(({ goal }) => goal) },
        theirs: { ...conflict.theirs, planIds: [child.planId], goals: [child.goal] },
      };
    });
    return { clean: false, treeOid: merged.treeOid, folded: 1, conflicts, engines: merged.engines, ...beside };
  },
);

/** The sides of a resource's item are shown redacted; it is resolved by its key. */
const shownHunk = (hunk: ConflictHunk, { redactor }: EffectServices): ConflictHunk =>
  hunk.texts === undefined ? hunk : { ...hunk, texts: redactor.value(hunk.texts) };

/** Returns which earlier children wrote a path on our side, or else the parent itself. */
async function authorsOf(
  services: EffectServices,
  spec: PlanSpec,
  earlier: readonly SubplanTree[],
): Promise<(path: string) => { planId: string; goal: string }[]> {
  const { project, link } = resolveProject(services, spec);
  const changed = await Promise.all(
    earlier.map(async ({ planId, goal, baseTree, treeOid }) => {
      const { files } = await project.changes({ alias: link.alias, from: baseTree, to: treeOid });
      return { planId, goal, paths: new Set(files.map(({ path }) => path)) };
    }),
  );
  return path => {
    const authors = changed.filter(({ paths }) => paths.has(path));
    return authors.length > 0 ? authors : [{ planId: spec.planId, goal: spec.description }];
  };
}
