import type { PlanSpec, ProjectLink } from './plan.ts';
import { linkOf } from './trees.ts';

/** The project a plan works on; of several, all as one. @throws {TypeError} when it has none, which no plan is made with */
export function mainLink({ planId, projectLinks }: Pick<PlanSpec, 'planId' | 'projectLinks'>): ProjectLink {
  const link = linkOf(projectLinks);
  if (link === undefined) throw new TypeError(`plan ${planId} has no project link`);
  return link;
}
