import { combineLinks } from './multi-project-tree.ts';
import type { PlanSpec, ProjectLink } from './plan.ts';

/** The project a plan works on; of several, all as one. @throws {TypeError} when it has none, which no plan is made with */
export function primaryProject({ planId, projectLinks }: Pick<PlanSpec, 'planId' | 'projectLinks'>): ProjectLink {
  const link = combineLinks(projectLinks);
  if (link === undefined) throw new TypeError(`plan ${planId} has no project link`);
  return link;
}
