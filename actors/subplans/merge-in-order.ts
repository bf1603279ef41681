import { omitUndefined } from '../../src/model/optional-keys.ts';
import type { GroupMerge } from '../../src/model/subplan.ts';
import type { Project } from '../../src/ports/project.ts';
import type { TreeMerge } from '../../src/ports/project-merges.ts';
import { withResources } from '../conflicts/resources.ts';
import type { EffectServices } from '../services.ts';

type MergeInput = Parameters<Project['mergeTrees']>[0];

/** The result of a child: what changed between both trees is merged. */
export interface OrderedChild {
  planId: string;
  baseTree: string;
  treeOid: string;
}

export type OrderedMerge<Child> =
  | { clean: true; treeOid: string }
  /** The child that conflicts with the ones before it. */
  | { clean: false; child: Child; paths: string[] };

/** Merges one child; with the strategy `lastWins` its side of a conflict wins. Resources merge their own files. */
export async function mergeChild(
  services: EffectServices,
  project: Project,
  trees: MergeInput,
  strategy: GroupMerge,
): Promise<TreeMerge> {
  const merged = await withResources(services, project, trees, await project.mergeTrees(trees));
  if (merged.clean || strategy !== 'lastWins') return merged;
  let { treeOid } = merged;
  for (const conflict of merged.conflicts)
    treeOid = await project.resolve({ tree: treeOid, conflict, resolution: { take: 'theirs' } });
  const engines = {
    ...merged.engines,
    ...Object.fromEntries(merged.conflicts.map(({ path }) => [path, 'lastWins'])),
  };
  return { clean: true, treeOid, engines, ...omitUndefined({ adjacent: merged.adjacent }) };
}

/**
 * Merges children in the given order, as their parent does, until one conflicts. No checkout changes.
 * @default merge the merge of the project
 */
export async function mergeInOrder<Child extends OrderedChild>(
  project: Pick<Project, 'mergeDisjoint' | 'mergeTrees'>,
  {
    ours,
    alias,
    children,
    merge = trees => project.mergeTrees(trees),
  }: { ours: string; alias: string; children: readonly Child[]; merge?: (trees: MergeInput) => Promise<TreeMerge> },
): Promise<OrderedMerge<Child>> {
  let treeOid = ours;
  for (let rest = children; rest.length > 0; ) {
    const disjoint = await project.mergeDisjoint({
      ours: treeOid,
      children: rest.map(child => ({ base: child.baseTree, theirs: child.treeOid })),
    });
    treeOid = disjoint.treeOid;
    rest = rest.slice(disjoint.folded);
    const [child] = rest;
    if (disjoint.folded > 0 || child === undefined) continue;
    const { baseTree: base, treeOid: theirs, planId: theirsPlanId } = child;
    const merged = await merge({ base, ours: treeOid, theirs, alias, theirsPlanId });
    if (!merged.clean) return { clean: false, child, paths: merged.conflicts.map(({ path }) => path) };
    treeOid = merged.treeOid;
    rest = rest.slice(1);
  }
  return { clean: true, treeOid };
}
