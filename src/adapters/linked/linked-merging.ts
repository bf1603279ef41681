import type { Conflict } from '../../model/conflict.ts';
import { aliasOfAll, isJoined, joined, partsOf, placeOf } from '../../model/trees.ts';
import type { Project, TreeMerge } from '../../ports/project.ts';

type Merging = Pick<
  Project,
  'blob' | 'writeBlob' | 'writeTree' | 'mergeTrees' | 'foldDisjoint' | 'examine' | 'unsettled' | 'resolve'
>;

/** Merging of joined trees: each project by itself, where its trees differ. A child narrowed to one brings only that. */
export function linkedMerging(
  of: (alias: string) => Project,
  [main, ...others]: readonly [Project, ...Project[]],
): Merging {
  const within = (conflict: Conflict): { project: Project; conflict: Conflict; alias: string } => {
    const { alias, path } = placeOf(conflict.path);
    return { project: of(alias), conflict: { ...conflict, path }, alias };
  };
  return {
    /** The same content has the same id in every project. */
    async blob(oid) {
      for (const project of others) if ((await project.existing([oid])).length > 0) return project.blob(oid);
      return main.blob(oid);
    },
    async writeBlob(content) {
      for (const project of others) await project.writeBlob(content);
      return main.writeBlob(content);
    },
    async writeTree(base, edits) {
      if (!isJoined(base)) return main.writeTree(base, edits);
      const parts = partsOf(base);
      for (const alias of new Set(edits.map(({ path }) => placeOf(path).alias))) {
        const own = edits.filter(({ path }) => placeOf(path).alias === alias);
        const edited = own.map(edit => ({ ...edit, path: placeOf(edit.path).path }));
        parts[alias] = await of(alias).writeTree(parts[alias] ?? '', edited);
      }
      return joined(parts);
    },
    async mergeTrees({ base, ours, theirs, alias, theirsPlanId }) {
      if (!isJoined(ours)) return main.mergeTrees({ base, ours, theirs, alias, theirsPlanId });
      const [before, result] = [partsOf(base), partsOf(ours)];
      const engines: Record<string, string> = {};
      const conflicts: Conflict[] = [];
      const adjacent: NonNullable<TreeMerge['adjacent']> = {};
      for (const [name, part] of Object.entries(partsOf(theirs))) {
        const [from = part, mine = part] = [before[name], result[name]];
        if (from === part) continue;
        const merged = await of(name).mergeTrees({ alias: name, base: from, ours: mine, theirs: part, theirsPlanId });
        result[name] = merged.treeOid;
        for (const [path, engine] of Object.entries(merged.engines)) engines[`${name}/${path}`] = engine;
        for (const [path, maps] of Object.entries(merged.adjacent ?? {})) adjacent[`${name}/${path}`] = maps;
        if (merged.clean) continue;
        for (const conflict of merged.conflicts) {
          const path = `${name}/${conflict.path}`;
          conflicts.push({ ...conflict, alias: aliasOfAll, path, conflictId: `${theirsPlanId}:${path}` });
        }
      }
      const treeOid = joined(result);
      const report = { treeOid, engines, ...(Object.keys(adjacent).length === 0 ? {} : { adjacent }) };
      return conflicts.length === 0 ? { clean: true, ...report } : { clean: false, conflicts, ...report };
    },
    async foldDisjoint({ ours, children }) {
      if (!isJoined(ours)) return main.foldDisjoint({ ours, children });
      let result = partsOf(ours);
      for (const [folded, child] of children.entries()) {
        const next = { ...result };
        const before = partsOf(child.base);
        for (const [alias, theirs] of Object.entries(partsOf(child.theirs))) {
          const [base = theirs, mine = theirs] = [before[alias], next[alias]];
          if (base === theirs) continue;
          const one = await of(alias).foldDisjoint({ ours: mine, children: [{ base, theirs }] });
          if (one.folded === 0) return { treeOid: joined(result), folded };
          next[alias] = one.treeOid;
        }
        result = next;
      }
      return { treeOid: joined(result), folded: children.length };
    },
    examine(conflict) {
      if (conflict.alias !== aliasOfAll) return main.examine(conflict);
      const one = within(conflict);
      return one.project.examine(one.conflict);
    },
    unsettled({ conflict, tree }) {
      if (!isJoined(tree)) return main.unsettled({ conflict, tree });
      const one = within(conflict);
      return one.project.unsettled({ conflict: one.conflict, tree: partsOf(tree)[one.alias] ?? '' });
    },
    async resolve({ tree, conflict, resolution }) {
      if (!isJoined(tree)) return main.resolve({ tree, conflict, resolution });
      const one = within(conflict);
      const parts = partsOf(tree);
      parts[one.alias] = await one.project.resolve({
        tree: parts[one.alias] ?? '',
        conflict: one.conflict,
        resolution,
      });
      return joined(parts);
    },
  };
}
