/**
 * Trees of several projects as one: `app:<id>,lib:<id>`, in the order of the plan's links. A plan on one project has plain
 * ids; every chart carries either without looking into it.
 */
import type { PlanSpec, ProjectLink } from './plan.ts';

/** What the links of a plan on several are called as one. No project is. */
export const combinedAlias = 'all';

/** By alias. @throws {TypeError} for an id of one project */
export function splitTree(id: string): Record<string, string> {
  return Object.fromEntries(
    id.split(',').map(part => {
      const at = part.indexOf(':');
      if (at < 1) throw new TypeError(`"${id}" is not of several projects`);
      return [part.slice(0, at), part.slice(at + 1)];
    }),
  );
}

export function joinTrees(parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts)
    .map(([alias, oid]) => `${alias}:${oid}`)
    .join(',');
}

export function isJoinedTree(id: string): boolean {
  return id.includes(':');
}

/** The links as one, which is what work happens on; the link itself where there is one. */
export function combineLinks(links: readonly ProjectLink[]): ProjectLink | undefined {
  const [first] = links;
  if (first === undefined || !first.folder) return first;
  const by = (id: (link: ProjectLink) => string) =>
    joinTrees(Object.fromEntries(links.map(link => [link.alias, id(link)])));
  const { folder: _, ...one } = first;
  return {
    ...one,
    alias: combinedAlias,
    baseCommit: by(link => link.baseCommit),
    baseTree: by(link => link.baseTree),
  };
}

/** The links with what a child starts from; `only` narrows them to one project. */
export function linksWithBase(links: readonly ProjectLink[], tree: string, only: string | null = null): ProjectLink[] {
  const [first, ...others] = links;
  if (first === undefined) return [];
  if (!isJoinedTree(tree)) return [{ ...first, baseTree: tree }, ...others];
  const parts = splitTree(tree);
  return links
    .filter(({ alias }) => only === null || alias === only)
    .map(link => ({ ...link, baseTree: parts[link.alias] ?? link.baseTree }));
}

/** The links of a plan of which a part landed: by project where there are several. */
export function linksAfterApply(links: readonly ProjectLink[], head: { commit: string; tree: string }): ProjectLink[] {
  if (!isJoinedTree(head.tree)) return links.map(link => ({ ...link, baseCommit: head.commit, baseTree: head.tree }));
  const [commits, trees] = [splitTree(head.commit), splitTree(head.tree)];
  return links.map(link => ({
    ...link,
    baseCommit: commits[link.alias] ?? link.baseCommit,
    baseTree: trees[link.alias] ?? link.baseTree,
  }));
}

/** The project a path of the plan's tree is in, and where there. */
export function splitPath(path: string): { alias: string; path: string } {
  const at = path.indexOf('/');
  return at < 0 ? { alias: path, path: '.' } : { alias: path.slice(0, at), path: path.slice(at + 1) };
}

/** Whether a plan works on several projects, or on one of several. */
export function isMultiProject({ projectLinks }: Pick<PlanSpec, 'projectLinks'>): boolean {
  return projectLinks.some(({ folder }) => folder);
}
