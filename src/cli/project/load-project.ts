import {
  directoryProject,
  gitProject,
  linkedProjects,
  type Project,
  type ProjectOptions,
  projectAt,
} from '../../git.ts';
import type { Io } from '../io.ts';
import { readLinkedProjects } from './linked-projects.ts';
import type { ProjectLocation } from './project-location.ts';

/** Returns the project at this location, with its linked projects. @throws {TroupeError} USAGE */
export async function loadProject(
  place: ProjectLocation,
  env: Io['env'],
  limits: Pick<ProjectOptions, 'hookTimeoutMs'> = {},
): Promise<Project> {
  const options = { env, ...limits };
  const main = (place.kind === 'git' ? gitProject : directoryProject)(place.root, options);
  const linked = await readLinkedProjects(place);
  if (linked.size === 0) return main;
  const others = [...linked].map(([alias, folder]) => [alias, projectAt(folder, options)] as const);
  return linkedProjects([['main', main], ...others], { env });
}
