import type { FileChange } from '../src/model/change.ts';
import type { Violation } from '../src/model/contract.ts';
import { environmentOf } from '../src/model/environment.ts';
import type { Invariant, InvariantCheck } from '../src/model/invariant.ts';
import { mainLink } from '../src/model/link.ts';
import type { PlanSpec } from '../src/model/plan.ts';
import { isLinked, placeOf } from '../src/model/trees.ts';
import { projectOf } from './project.ts';
import type { World } from './world.ts';

/** What a check looks at: what changed since the plan began, and a directory with the files as they are. */
export interface Scene {
  spec: PlanSpec;
  world: World;
  changes: FileChange[];
  /** The files as they were. */
  from: string;
  tree: string;
  directory: string;
  /** For programs that run there. */
  variables: Record<string, string>;
  signal: AbortSignal;
  key: string;
}

/** Whether an invariant is checked by something that looks into a folder. */
export const looksAtFiles = ({ check }: Invariant): boolean => check?.kind === 'command' || check?.kind === 'script';

/** A project of the plan as a rule sees it: its paths are those in it. */
interface Ground extends Scene {
  alias: string;
  /** What leads to a path of it from where all of them are; nothing where there is one only. */
  under: string;
}

interface Finding {
  files: string[];
  message: string;
}

/**
 * Every invariant that does not hold, in order, and of several projects in each where it does not. One without a check is
 * text for agents and people.
 */
export async function violationsOf(invariants: readonly Invariant[], scene: Scene): Promise<Violation[]> {
  const grounds = groundsOf(scene);
  const violations: Violation[] = [];
  for (const invariant of invariants) {
    for (const ground of whereItHolds(invariant, grounds, scene)) {
      const found = await violationOf(invariant, ground);
      if (found)
        violations.push({ invariantId: invariant.invariantId, text: invariant.text, ...toldOf(ground, found) });
    }
  }
  return violations;
}

function groundsOf(scene: Scene): Ground[] {
  const { spec, changes, directory } = scene;
  if (!isLinked(spec)) return [{ ...scene, alias: mainLink(spec).alias, under: '' }];
  return spec.projectLinks.map(({ alias }) => {
    const under = `${alias}/`;
    const placed = changes.map(change => ({ change, place: placeOf(change.path) }));
    const own = placed.filter(({ place }) => place.alias === alias);
    return {
      ...scene,
      alias,
      under,
      directory: `${directory}/${alias}`,
      changes: own.map(({ change, place }) => ({ ...change, path: place.path })),
    };
  });
}

/** The project that a rule names, or each; how many files change is counted over all of them. */
function whereItHolds({ project, check }: Invariant, grounds: readonly Ground[], scene: Scene): readonly Ground[] {
  if (project !== undefined) return grounds.filter(({ alias }) => alias === project);
  return check?.kind === 'maxFilesChanged' ? [{ ...scene, alias: '', under: '' }] : grounds;
}

function toldOf({ alias, under }: Ground, { files, message }: Finding): Finding {
  return under === ''
    ? { files, message }
    : { files: files.map(path => `${under}${path}`), message: `in ${alias}: ${message}` };
}

async function violationOf(invariant: Invariant, scene: Ground): Promise<Finding | null> {
  const rule = invariant.check;
  if (rule === null) return null;
  switch (rule.kind) {
    case 'paths':
      return pathsViolation(rule, scene);
    case 'maxFilesChanged':
      if (scene.changes.length <= rule.max) return null;
      return {
        files: scene.changes.map(change => change.path),
        message: `${scene.changes.length} files changed, at most ${rule.max} may`,
      };
    case 'noSecrets':
      return secretsViolation(scene);
    case 'command':
      return commandViolation(rule, scene);
    case 'script': {
      const files = scene.changes.map(change => change.path);
      const answer = await scene.world.askModule(rule.module, scene.spec.actionDir, {
        directory: scene.directory,
        files,
        invariant,
      });
      return answer === true ? null : { files, message: answer };
    }
  }
}

function pathsViolation(
  { allow, deny }: Extract<InvariantCheck, { kind: 'paths' }>,
  { changes, world }: Ground,
): Finding | null {
  const paths = changes.map(change => change.path);
  const denied = paths.filter(path => (deny && world.matches(deny, path)) || (allow && !world.matches(allow, path)));
  return denied.length === 0 ? null : { files: denied, message: `changed although not allowed: ${denied.join(', ')}` };
}

/** What the plan wrote, not what stood there before: a file with an old credential may still be changed. */
async function secretsViolation({ changes, world, spec, from, tree, under }: Ground): Promise<Finding | null> {
  const { project } = projectOf(world, spec);
  const files: string[] = [];
  const names = new Set<string>();
  for (const { path, after, before } of changes) {
    const content = after === null ? null : await project.read(tree, `${under}${path}`);
    const secrets = content === null ? [] : await world.secrets(path, content);
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
  { spec, world, directory, variables, signal, key, changes }: Ground,
): Promise<Finding | null> {
  const watchdogs = { totalSeconds: timeoutSeconds, idleSeconds: timeoutSeconds, graceSeconds: 1 };
  const result = await world.run({
    argv,
    cwd: directory,
    env: { ...environmentOf(spec, world.env), ...variables },
    watchdogs,
    signal,
    marker: key,
  });
  if (result.outcome === 'exited' && result.exitCode === 0) return null;
  const how = result.outcome === 'exited' ? `exit code ${result.exitCode}` : result.outcome.replace('_', ' ');
  return {
    files: changes.map(change => change.path),
    message: `${argv.join(' ')}: ${how}. ${result.tail.slice(-500)}`.trim(),
  };
}
