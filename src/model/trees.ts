/**
 * Trees of several projects as one: `app:<id>,lib:<id>`, in the order of the plan's links. A plan on one project has plain
 * ids; every chart carries either without looking into it.
 */
import type { PlanSpec, ProjectLink } from './plan.ts';

/** What the links of a plan on several are called as one. No project is. */
export const aliasOfAll = 'all';

/** By alias. @throws {TypeError} for an id of one project */
export function partsOf(id: string): Record<string, string> {
  return Object.fromEntries(
    id.split(',').map(part => {
      const at = part.indexOf(':');
      if (at < 1) throw new TypeError(`"${id}" is not of several projects`);
      return [part.slice(0, at), part.slice(at + 1)];
    }),
  );
}

export function joined(parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts)
    .map(([alias, oid]) => `${alias}:${oid}`)
    .join(',');
}

export function isJoined(id: string): boolean {
  return id.includes(':');
}

/** The links as one, which is what work happens on; the link itself where there is one. */
export function linkOf(links: readonly ProjectLink[]): ProjectLink | undefined {
  const [first] = links;
  if (first === undefined || !first.folder) return first;
  const by = (id: (link: ProjectLink) => string) =>
    joined(Object.fromEntries(links.map(link => [link.alias, id(link)])));
  const { folder: _, ...one } = first;
  return {
    ...one,
    alias: aliasOfAll,
    baseCommit: by(link => link.baseCommit),
    baseTree: by(link => link.baseTree),
  };
}

/** The links with what a child starts from; `only` narrows them to one project. */
export function linksAt(links: readonly ProjectLink[], tree: string, only: string | null = null): ProjectLink[] {
  const [first, ...others] = links;
  if (first === undefined) return [];
  if (!isJoined(tree)) return [{ ...first, baseTree: tree }, ...others];
  const parts = partsOf(tree);
  return links
    .filter(({ alias }) => only === null || alias === only)
    .map(link => ({ ...link, baseTree: parts[link.alias] ?? link.baseTree }));
}

/** The links of a plan of which a part landed: by project where there are several. */
export function linksLanded(links: readonly ProjectLink[], at: { commit: string; tree: string }): ProjectLink[] {
  if (!isJoined(at.tree)) return links.map(link => ({ ...link, baseCommit: at.commit, baseTree: at.tree }));
  const [commits, trees] = [partsOf(at.commit), partsOf(at.tree)];
  return links.map(link => ({
    ...link,
    baseCommit: commits[link.alias] ?? link.baseCommit,
    baseTree: trees[link.alias] ?? link.baseTree,
  }));
}

/** The project a path of the plan's tree is in, and where there. */
export function placeOf(path: string): { alias: string; path: string } {
  const at = path.indexOf('/');
  return at < 0 ? { alias: path, path: '.' } : { alias: path.slice(0, at), path: path.slice(at + 1) };
}

/** Whether a plan works on several projects, or on one of several. */
export function isLinked({ projectLinks }: Pick<PlanSpec, 'projectLinks'>): boolean {
  return projectLinks.some(({ folder }) => folder);
}
