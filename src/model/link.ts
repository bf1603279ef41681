import type { PlanSpec, ProjectLink } from './plan.ts';

/** The project a plan works on. @throws {TypeError} when it has none, which no plan is made with */
export function mainLink({ planId, projectLinks }: Pick<PlanSpec, 'planId' | 'projectLinks'>): ProjectLink {
  const [link] = projectLinks;
  if (link === undefined) throw new TypeError(`plan ${planId} has no project link`);
  return link;
}
