import type { FileChange } from '../../src/model/change.ts';
import type { Violation } from '../../src/model/effects.ts';
import { mergeEnvironment } from '../../src/model/environment.ts';
import type { Invariant, InvariantCheck } from '../../src/model/invariant.ts';
import { isMultiProject, splitPath } from '../../src/model/multi-project-tree.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { primaryProject } from '../../src/model/primary-project.ts';
import { resolveProject } from '../resolve-project.ts';
import type { EffectServices } from '../services.ts';

/** The input of a check: the changes since the plan started, and a directory with the current files. */
export interface CheckInput {
  spec: PlanSpec;
  services: EffectServices;
  changes: FileChange[];
  /** The tree before the changes. */
  from: string;
  tree: string;
  directory: string;
  /** Environment of programs that run there. */
  variables: Record<string, string>;
  signal: AbortSignal;
  key: string;
}

/** Returns whether the check of an invariant needs the files in a folder. */
export const looksAtFiles = ({ check }: Invariant): boolean => check?.kind === 'command' || check?.kind === 'script';

/** One project of the plan; its paths are relative to it. */
interface ProjectScope extends CheckInput {
  alias: string;
  /** Prefix of its paths in the plan's tree; empty for a single project. */
  under: string;
}

interface CheckViolation {
  files: string[];
  message: string;
}

/**
 * Returns every violated invariant, in order, and for several projects each project that violates it. An invariant
 * without a check is text for agents and people.
 */
export async function findViolations(invariants: readonly Invariant[], input: CheckInput): Promise<Violation[]> {
  const grounds = projectScopes(input);
  const violations: Violation[] = [];
  for (const invariant of invariants) {
    for (const ground of scopesOfInvariant(invariant, grounds, input)) {
      const found = await findViolation(invariant, ground);
      if (found)
        violations.push({
          invariantId: invariant.invariantId,
          text: invariant.text,
          ...withProjectPath(ground, found),
        });
    }
  }
  return violations;
}

function projectScopes(input: CheckInput): ProjectScope[] {
  const { spec, changes, directory } = input;
  if (!isMultiProject(spec)) return [{ ...input, alias: primaryProject(spec).alias, under: '' }];
  return spec.projectLinks.map(({ alias }) => {
    const under = `${alias}/`;
    const placed = changes.map(change => ({ change, place: splitPath(change.path) }));
    const own = placed.filter(({ place }) => place.alias === alias);
    return {
      ...input,
      alias,
      under,
      directory: `${directory}/${alias}`,
      changes: own.map(({ change, place }) => ({ ...change, path: place.path })),
    };
  });
}

/** Returns the project that an invariant names, or each; the number of changed files is counted over all of them. */
function scopesOfInvariant(
  { project, check }: Invariant,
  grounds: readonly ProjectScope[],
  input: CheckInput,
): readonly ProjectScope[] {
  if (project !== undefined) return grounds.filter(({ alias }) => alias === project);
  return check?.kind === 'maxFilesChanged' ? [{ ...input, alias: '', under: '' }] : grounds;
}

function withProjectPath({ alias, under }: ProjectScope, { files, message }: CheckViolation): CheckViolation {
  return under === ''
    ? { files, message }
    : { files: files.map(path => `${under}${path}`), message: `in ${alias}: ${message}` };
}

async function findViolation(invariant: Invariant, project: ProjectScope): Promise<CheckViolation | null> {
  const rule = invariant.check;
  if (rule === null) return null;
  switch (rule.kind) {
    case 'paths':
      return pathsViolation(rule, project);
    case 'maxFilesChanged':
      if (project.changes.length <= rule.max) return null;
      return {
        files: project.changes.map(change => change.path),
        message: `${project.changes.length} files changed, at most ${rule.max} may`,
      };
    case 'noSecrets':
      return secretsViolation(project);
    case 'command':
      return commandViolation(rule, project);
    case 'script': {
      const files = project.changes.map(change => change.path);
      const answer = await project.services.runInvariantModule(rule.module, project.spec.actionDir, {
        directory: project.directory,
        files,
        invariant,
      });
      return answer === true ? null : { files, message: answer };
    }
  }
}

function pathsViolation(
  { allow, deny }: Extract<InvariantCheck, { kind: 'paths' }>,
  { changes, services }: ProjectScope,
): CheckViolation | null {
  const paths = changes.map(change => change.path);
  const denied = paths.filter(
    path => (deny && services.matches(deny, path)) || (allow && !services.matches(allow, path)),
  );
  return denied.length === 0 ? null : { files: denied, message: `changed although not allowed: ${denied.join(', ')}` };
}

/** Looks only at what the plan wrote: a file that already contained a credential may still be changed. */
async function secretsViolation({
  changes,
  services,
  spec,
  from,
  tree,
  under,
}: ProjectScope): Promise<CheckViolation | null> {
  const { project } = resolveProject(services, spec);
  const files: string[] = [];
  const names = new Set<string>();
  for (const { path, after, before } of changes) {
    const content = after === null ? null : await project.read(tree, `${under}${path}`);
    const secrets = content === null ? [] : await services.secrets(path, content);
    if (secrets.length === 0) continue;
    const old = before === null ? null : await project.read(from, `${under}${path}`);
    const fresh = secrets.filter(({ text }) => old === null || !old.includes(text));
    if (fresh.length > 0) files.push(path);
    for (const { name } of fresh) names.add(name);
  }
  return files.length === 0
    ? null
    : { files, message: `looks like a secret (${[...names].join(', ')}) in ${files.join(', ')}` };
}

async function commandViolation(
  { argv, timeoutSeconds }: Extract<InvariantCheck, { kind: 'command' }>,
  { spec, services, directory, variables, signal, key, changes }: ProjectScope,
): Promise<CheckViolation | null> {
  const watchdogs = { totalSeconds: timeoutSeconds, idleSeconds: timeoutSeconds, graceSeconds: 1 };
  const result = await services.run({
    argv,
    cwd: directory,
    env: { ...mergeEnvironment(spec, services.env), ...variables },
    watchdogs,
    signal,
    processTag: key,
  });
  if (result.outcome === 'exited' && result.exitCode === 0) return null;
  const how = result.outcome === 'exited' ? `exit code ${result.exitCode}` : result.outcome.replace('_', ' ');
  return {
    files: changes.map(change => change.path),
    message: `${argv.join(' ')}: ${how}. ${result.tail.slice(-500)}`.trim(),
  };
}
