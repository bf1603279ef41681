import { isMultiProject, splitPath } from './multi-project-tree.ts';
import type { PlanRecord } from './plan.ts';

/** What became of one project of a plan. */
export interface ProjectResult {
  alias: string;
  root: string;
  baseCommit: string;
  /** Paths its result changes, as they are in the project. */
  files: string[];
  /** Its own checks; those of no project in particular count for each. */
  checks: { passed: number; failed: number };
  /** What it landed. */
  commits: string[];
}

type PlanResult = Pick<PlanRecord, 'projectLinks' | 'changeSet' | 'validations' | 'validationResults' | 'applySummary'>;

/** The result of a plan, its checks and its landing, for each of its projects. */
export function splitByProject(record: PlanResult): ProjectResult[] {
  const { projectLinks, changeSet, validations, validationResults, applySummary } = record;
  const paths = changeSet?.files.map(({ path }) => path) ?? [];
  const commits = applySummary?.commits ?? [];
  const linked = isMultiProject(record);
  const projectOf = new Map(validations.map(({ name, project }) => [name, project]));
  return projectLinks.map(({ alias, root, baseCommit }) => {
    const own = validationResults.filter(({ name }) => !linked || (projectOf.get(name) ?? alias) === alias);
    return {
      ...{ alias, root, baseCommit },
      files: linked ? paths.map(splitPath).flatMap(place => (place.alias === alias ? [place.path] : [])) : paths,
      checks: {
        passed: own.filter(({ passed }) => passed).length,
        failed: own.filter(({ passed }) => !passed).length,
      },
      commits: linked
        ? commits.flatMap(commit => (commit.startsWith(`${alias}:`) ? [commit.slice(alias.length + 1)] : []))
        : commits,
    };
  });
}
