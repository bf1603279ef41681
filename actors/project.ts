import { mainLink } from '../src/model/link.ts';
import type { PlanSpec, ProjectLink } from '../src/model/plan.ts';
import type { Project } from '../src/ports/project.ts';
import type { World } from './world.ts';

/** The project a plan works on, with the link that says from where. */
export function projectOf(world: World, spec: PlanSpec): { project: Project; link: ProjectLink } {
  const link = mainLink(spec);
  return { project: world.project(link), link };
}
