import { directoryProject, gitProject, linkedProjects, type Project, type ProjectOptions, projectAt } from '../git.ts';
import type { Io } from './io.ts';
import type { Place } from './place.ts';
import { linkedFolders } from './projects.ts';

/** The project of this place, with those that were linked to it. @throws {Fault} USAGE */
export async function projectHere(
  place: Place,
  env: Io['env'],
  limits: Pick<ProjectOptions, 'hookTimeoutMs'> = {},
): Promise<Project> {
  const options = { env, ...limits };
  const main = (place.kind === 'git' ? gitProject : directoryProject)(place.root, options);
  const linked = await linkedFolders(place);
  if (linked.size === 0) return main;
  const others = [...linked].map(([alias, folder]) => [alias, projectAt(folder, options)] as const);
  return linkedProjects([['main', main], ...others], { env });
}
