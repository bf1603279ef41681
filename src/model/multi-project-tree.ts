/**
 * Trees of several projects as one id: `app:<id>,lib:<id>`, in the order of the plan's links. A plan on one project
 * has plain ids; the machines pass either on without parsing it.
 */
import type { PlanSpec, ProjectLink } from './plan.ts';

/** The alias of all projects of a plan combined. No project may use it. */
export const combinedAlias = 'all';

/** Splits an id by alias. @throws {TypeError} for the id of a single project */
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

/** Combines several links to one for the plan's work; returns a single link unchanged. */
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

/** Returns the links with the base a child starts from; `only` narrows them to one project. */
export function linksWithBase(links: readonly ProjectLink[], tree: string, only: string | null = null): ProjectLink[] {
  const [first, ...others] = links;
  if (first === undefined) return [];
  if (!isJoinedTree(tree)) return [{ ...first, baseTree: tree }, ...others];
  const parts = splitTree(tree);
  return links
    .filter(({ alias }) => only === null || alias === only)
    .map(link => ({ ...link, baseTree: parts[link.alias] ?? link.baseTree }));
}

/** Returns the links of a plan after a part of it was applied: per project when there are several. */
export function linksAfterApply(links: readonly ProjectLink[], head: { commit: string; tree: string }): ProjectLink[] {
  if (!isJoinedTree(head.tree)) return links.map(link => ({ ...link, baseCommit: head.commit, baseTree: head.tree }));
  const [commits, trees] = [splitTree(head.commit), splitTree(head.tree)];
  return links.map(link => ({
    ...link,
    baseCommit: commits[link.alias] ?? link.baseCommit,
    baseTree: trees[link.alias] ?? link.baseTree,
  }));
}

/** Splits a path of the plan's tree into its project and the path in that project. */
export function splitPath(path: string): { alias: string; path: string } {
  const at = path.indexOf('/');
  return at < 0 ? { alias: path, path: '.' } : { alias: path.slice(0, at), path: path.slice(at + 1) };
}

/** Returns whether a plan works on several projects, or on one of several. */
export function isMultiProject({ projectLinks }: Pick<PlanSpec, 'projectLinks'>): boolean {
  return projectLinks.some(({ folder }) => folder);
}
