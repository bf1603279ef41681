import { isJoinedTree, splitPath, splitTree } from '../../../model/multi-project-tree.ts';
import type { Project } from '../../../ports/project.ts';
import type { LinkedProjects } from './linked-projects.ts';

type TreeMethods = Pick<Project, 'filterExisting' | 'matchingPaths' | 'changes' | 'diff' | 'files' | 'size' | 'read'>;

/** Reads and compares combined trees: the paths of each project start with its alias. */
export function multiProjectTrees({ first, main, of, each }: LinkedProjects): TreeMethods {
  return {
    async filterExisting(oids) {
      const plain = await main.filterExisting(oids.filter(oid => !isJoinedTree(oid)));
      const joined = await Promise.all(
        oids.filter(isJoinedTree).map(async oid => {
          const parts = Object.entries(splitTree(oid));
          const here = await Promise.all(parts.map(([alias, part]) => of(alias).filterExisting([part])));
          return here.every(found => found.length > 0) ? [oid] : [];
        }),
      );
      return [...plain, ...joined.flat()];
    },
    async matchingPaths({ from, to, paths }) {
      if (!isJoinedTree(to)) return main.matchingPaths({ from, to, paths });
      const before = splitTree(from);
      const found = Object.entries(splitTree(to)).map(async ([alias, part]) => {
        const prefix = alias === first ? '' : `${alias}/`;
        const own = paths.filter(path => path.startsWith(prefix)).map(path => path.slice(prefix.length));
        const same = await of(alias).matchingPaths({ from: before[alias] ?? part, to: part, paths: own });
        return same.map(path => `${prefix}${path}`);
      });
      return (await Promise.all(found)).flat();
    },
    async changes({ alias, from, to }) {
      if (!isJoinedTree(to)) return main.changes({ alias, from, to });
      const before = splitTree(from);
      const files = await Promise.all(
        Object.entries(splitTree(to)).map(async ([name, part]) => {
          const changed = await of(name).changes({ alias: name, from: before[name] ?? part, to: part });
          return changed.files.map(file => ({ ...file, path: `${name}/${file.path}` }));
        }),
      );
      return { alias, baseTree: from, resultTree: to, files: files.flat() };
    },
    diff: options => (isJoinedTree(options.to) ? diffJoinedTrees(of, options) : main.diff(options)),
    async files(tree) {
      if (!isJoinedTree(tree)) return main.files(tree);
      const lists = Object.entries(splitTree(tree)).map(async ([alias, part]) =>
        (await of(alias).files(part)).map(path => `${alias}/${path}`),
      );
      return (await Promise.all(lists)).flat();
    },
    async size(tree) {
      let bytes = 0;
      await each(tree, async (project, part) => {
        bytes += await project.size(part);
      });
      return bytes;
    },
    async read(tree, path) {
      if (!isJoinedTree(tree)) return main.read(tree, path);
      const place = splitPath(path);
      const part = splitTree(tree)[place.alias];
      return part === undefined ? null : of(place.alias).read(part, place.path);
    },
  };
}

/** The diffs of the projects one after the other, each with a line that names its project. */
async function diffJoinedTrees(
  of: LinkedProjects['of'],
  { from, to, paths, ...how }: Parameters<Project['diff']>[0],
): Promise<string> {
  const before = splitTree(from);
  const texts: string[] = [];
  for (const [alias, part] of Object.entries(splitTree(to))) {
    const own = paths
      ?.map(splitPath)
      .filter(place => place.alias === alias)
      .map(place => place.path);
    if (own?.length === 0) continue;
    const text = await of(alias).diff({
      from: before[alias] ?? part,
      to: part,
      ...how,
      ...(own && { paths: own }),
    });
    if (text !== '') texts.push(`project ${alias}\n${text}`);
  }
  return texts.join('\n');
}
