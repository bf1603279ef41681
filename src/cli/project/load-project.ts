import { existsSync } from 'node:fs';
import type { Project, ProjectOptions } from '../../git.ts';
import type { Io } from '../io.ts';
import { deferProject } from './defer-project.ts';
import type { ProjectLocation } from './project-location.ts';

/** Returns the project at this location, with its linked projects. @throws {TroupeError} USAGE */
export async function loadProject(
  place: ProjectLocation,
  env: Io['env'],
  limits: Pick<ProjectOptions, 'hookTimeoutMs'> = {},
): Promise<Project> {
  const options = { env, ...limits };
  const main = deferProject(place, async () => {
    const { directoryProject, gitProject } = await import('../../git.ts');
    return (place.kind === 'git' ? gitProject : directoryProject)(place.root, options);
  });
  if (!existsSync(place.linkedProjects)) return main;
  const [{ linkedProjects, projectAt }, { readLinkedProjects }] = await Promise.all([
    import('../../git.ts'),
    import('./linked-projects.ts'),
  ]);
  const linked = await readLinkedProjects(place);
  if (linked.size === 0) return main;
  const others = [...linked].map(([alias, folder]) => [alias, projectAt(folder, options)] as const);
  return linkedProjects([['main', main], ...others], { env });
}
