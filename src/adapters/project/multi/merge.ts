import type { Conflict } from '../../../model/conflict.ts';
import { combinedAlias, isJoinedTree, joinTrees, splitPath, splitTree } from '../../../model/multi-project-tree.ts';
import type { Project } from '../../../ports/project.ts';
import type { TreeMerge } from '../../../ports/project-merges.ts';

type MergeMethods = Pick<
  Project,
  | 'blob'
  | 'writeBlob'
  | 'writeTree'
  | 'mergeTrees'
  | 'mergeDisjoint'
  | 'inspectConflict'
  | 'unresolvedReason'
  | 'resolve'
>;

/** Merges combined trees: each project separately, if its trees differ. A child limited to one project has only that one. */
export function multiProjectMerge(of: ProjectOf, [main, ...others]: readonly [Project, ...Project[]]): MergeMethods {
  const within = (conflict: Conflict): { project: Project; conflict: Conflict; alias: string } => {
    const { alias, path } = splitPath(conflict.path);
    return { project: of(alias), conflict: { ...conflict, path }, alias };
  };
  return {
    /** The same content has the same id in every project. */
    async blob(oid) {
      for (const project of others) if ((await project.filterExisting([oid])).length > 0) return project.blob(oid);
      return main.blob(oid);
    },
    async writeBlob(content) {
      for (const project of others) await project.writeBlob(content);
      return main.writeBlob(content);
    },
    async writeTree(base, edits) {
      if (!isJoinedTree(base)) return main.writeTree(base, edits);
      const parts = splitTree(base);
      for (const alias of new Set(edits.map(({ path }) => splitPath(path).alias))) {
        const own = edits.filter(({ path }) => splitPath(path).alias === alias);
        const edited = own.map(edit => ({ ...edit, path: splitPath(edit.path).path }));
        const { [alias]: part = '' } = parts;
        parts[alias] = await of(alias).writeTree(part, edited);
      }
      return joinTrees(parts);
    },
    mergeTrees: merge => (isJoinedTree(merge.ours) ? mergeJoinedTrees(of, merge) : main.mergeTrees(merge)),
    mergeDisjoint: merge =>
      isJoinedTree(merge.ours) ? mergeDisjointJoinedTrees(of, merge) : main.mergeDisjoint(merge),
    inspectConflict(conflict) {
      if (conflict.alias !== combinedAlias) return main.inspectConflict(conflict);
      const one = within(conflict);
      return one.project.inspectConflict(one.conflict);
    },
    unresolvedReason({ conflict, tree }) {
      if (!isJoinedTree(tree)) return main.unresolvedReason({ conflict, tree });
      const one = within(conflict);
      const { [one.alias]: part = '' } = splitTree(tree);
      return one.project.unresolvedReason({ conflict: one.conflict, tree: part });
    },
    async resolve({ tree, conflict, resolution }) {
      if (!isJoinedTree(tree)) return main.resolve({ tree, conflict, resolution });
      const one = within(conflict);
      const parts = splitTree(tree);
      const { [one.alias]: part = '' } = parts;
      parts[one.alias] = await one.project.resolve({ tree: part, conflict: one.conflict, resolution });
      return joinTrees(parts);
    },
  };
}

type ProjectOf = (alias: string) => Project;

async function mergeJoinedTrees(
  of: ProjectOf,
  { base, ours, theirs, theirsPlanId }: Parameters<Project['mergeTrees']>[0],
): Promise<TreeMerge> {
  const [before, result] = [splitTree(base), splitTree(ours)];
  const engines: Record<string, string> = {};
  const conflicts: Conflict[] = [];
  const adjacent: NonNullable<TreeMerge['adjacent']> = {};
  for (const [name, part] of Object.entries(splitTree(theirs))) {
    const [from = part, mine = part] = [before[name], result[name]];
    if (from === part) continue;
    const merged = await of(name).mergeTrees({ alias: name, base: from, ours: mine, theirs: part, theirsPlanId });
    result[name] = merged.treeOid;
    for (const [path, engine] of Object.entries(merged.engines)) engines[`${name}/${path}`] = engine;
    for (const [path, maps] of Object.entries(merged.adjacent ?? {})) adjacent[`${name}/${path}`] = maps;
    if (merged.clean) continue;
    for (const conflict of merged.conflicts) {
      const path = `${name}/${conflict.path}`;
      conflicts.push({ ...conflict, alias: combinedAlias, path, conflictId: `${theirsPlanId}:${path}` });
    }
  }
  const treeOid = joinTrees(result);
  const report = { treeOid, engines, ...(Object.keys(adjacent).length === 0 ? {} : { adjacent }) };
  return conflicts.length === 0 ? { clean: true, ...report } : { clean: false, conflicts, ...report };
}

/** Folds whole children: one that cannot be folded in one of its projects is not folded at all. */
async function mergeDisjointJoinedTrees(
  of: ProjectOf,
  { ours, children }: Parameters<Project['mergeDisjoint']>[0],
): ReturnType<Project['mergeDisjoint']> {
  let result = splitTree(ours);
  for (const [folded, child] of children.entries()) {
    const next = { ...result };
    const before = splitTree(child.base);
    for (const [alias, theirs] of Object.entries(splitTree(child.theirs))) {
      const [base = theirs, mine = theirs] = [before[alias], next[alias]];
      if (base === theirs) continue;
      const one = await of(alias).mergeDisjoint({ ours: mine, children: [{ base, theirs }] });
      if (one.folded === 0) return { treeOid: joinTrees(result), folded };
      next[alias] = one.treeOid;
    }
    result = next;
  }
  return { treeOid: joinTrees(result), folded: children.length };
}
