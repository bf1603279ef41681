import type { PlanSpec, ProjectLink } from '../src/model/plan.ts';
import { primaryProject } from '../src/model/primary-project.ts';
import type { Project } from '../src/ports/project.ts';
import type { EffectServices } from './services.ts';

/** Returns the project a plan works on, with its link. */
export function resolveProject(services: EffectServices, spec: PlanSpec): { project: Project; link: ProjectLink } {
  const link = primaryProject(spec);
  return { project: services.project(link), link };
}
