import { combineLinks } from './multi-project-tree.ts';
import type { PlanSpec, ProjectLink } from './plan.ts';

/**
 * Returns the project a plan works on; several are combined to one.
 * @throws {TypeError} for a plan without a project, which cannot be created
 */
export function primaryProject({ planId, projectLinks }: Pick<PlanSpec, 'planId' | 'projectLinks'>): ProjectLink {
  const link = combineLinks(projectLinks);
  if (link === undefined) throw new TypeError(`plan ${planId} has no project link`);
  return link;
}
