import { isMultiProject, splitPath } from './multi-project-tree.ts';
import type { PlanRecord } from './plan.ts';

/** The result for one project of a plan. */
export interface ProjectResult {
  alias: string;
  root: string;
  baseCommit: string;
  /** Paths that its result changes, relative to the project. */
  files: string[];
  /** Its own validations; those without a project count for each. */
  checks: { passed: number; failed: number };
  /** The commits that apply created. */
  commits: string[];
}

type PlanResult = Pick<PlanRecord, 'projectLinks' | 'changeSet' | 'validations' | 'validationResults' | 'applySummary'>;

/** Splits a plan's result, validations and commits by project. */
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
