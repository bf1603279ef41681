import { commandHint } from '../../../model/command-hint.ts';
import { TroupeError } from '../../../model/errors.ts';
import { combinedAlias, isJoinedTree, splitTree } from '../../../model/multi-project-tree.ts';
import { Alias } from '../../../model/name.ts';
import type { Project } from '../../../ports/project.ts';
import { projectOfAlias } from './sandboxes.ts';

/** Projects by alias, the first one first. */
export type ProjectList = readonly (readonly [alias: string, project: Project])[];

/** The projects of a plan that works on several. */
export interface LinkedProjects {
  /** Alias of the first project. */
  first: string;
  /** The first project: a plain id belongs to it. */
  main: Project;
  all: readonly Project[];
  projects: ReadonlyMap<string, Project>;
  /** Returns the project of an alias. */
  of(alias: string): Project;
  /** Calls `act` with each part of a combined id, or with the first project and a plain id. */
  each(oid: string, act: (project: Project, part: string, alias: string) => Promise<void>): Promise<void>;
}

/** @throws {TroupeError} USAGE when an alias is used twice, or is invalid */
export function linkProjects(list: ProjectList): LinkedProjects {
  const twice = list.find(
    ([alias], at) => list.findIndex(([other]) => other.toLowerCase() === alias.toLowerCase()) !== at,
  );
  if (twice !== undefined) throw invalidAliasError(twice[0], 'names two projects');
  const odd = list.find(([alias]) => !Alias.safeParse(alias).success || alias === combinedAlias);
  if (odd !== undefined) throw invalidAliasError(odd[0], 'is no alias: a letter, then letters, digits, _ and -');
  const [[first, main]] = list as [ProjectList[0]];
  const projects = new Map(list);
  const of = (alias: string) => projectOfAlias(projects, alias);
  return {
    first,
    main,
    all: [...projects.values()],
    projects,
    of,
    async each(oid, act) {
      if (!isJoinedTree(oid)) return act(main, oid, '');
      for (const [alias, part] of Object.entries(splitTree(oid))) await act(of(alias), part, alias);
    },
  };
}

function invalidAliasError(alias: string, why: string): TroupeError {
  return new TroupeError('USAGE', `The alias "${alias}" ${why}`, {
    where: alias,
    hints: [commandHint('help plan use')],
  });
}
