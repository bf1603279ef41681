import type { EffectContext } from '../../src/durable/effect.ts';
import { type PostApplyHook, type PostApplyHookResult, patchPath } from '../../src/model/apply.ts';
import { TroupeError } from '../../src/model/errors.ts';
import { splitPath } from '../../src/model/multi-project-tree.ts';
import type { PlanSpec, ProjectLink } from '../../src/model/plan.ts';
import type { ApplyTarget } from '../../src/model/target.ts';
import { truncateStart } from '../../src/model/truncate.ts';
import type { ApplyResult } from '../../src/ports/project.ts';
import type { EffectServices } from '../services.ts';

type AppliedCommits = Pick<Extract<ApplyResult, { outcome: 'applied' }>, 'commits' | 'files'>;

/** Characters of the program's output to keep. */
const tailMax = 4_000;

/**
 * Runs the post-apply program in the project, once: one that a crash interrupted may already have opened its pull
 * request. Its failure does not undo the apply.
 */
export async function runPostApplyHook(
  services: EffectServices,
  { step, signal, key }: Pick<EffectContext<unknown>, 'step' | 'signal' | 'key'>,
  {
    spec,
    link,
    after,
    target,
    applied,
  }: {
    spec: PlanSpec;
    link: ProjectLink;
    after: PostApplyHook;
    target: ApplyTarget;
    applied: AppliedCommits;
  },
): Promise<PostApplyHookResult> {
  const { argv, timeoutSeconds } = after;
  let isFirstRun = false;
  await step('after/begun', async () => {
    isFirstRun = true;
    return null;
  });
  return await step('after/ended', async () => {
    if (!isFirstRun) return { argv, outcome: 'interrupted' as const, exitCode: null, outputTail: '' };
    const secrets = secretsFor(services, spec);
    if (TroupeError.is(secrets))
      return { argv, outcome: 'not_found' as const, exitCode: null, outputTail: secrets.message };
    services.log(spec.planId, 'then', `$ ${argv.join(' ')}`);
    const { outcome, exitCode, tail } = await services.run({
      argv,
      cwd: (target.kind === 'checkout' ? target.root : undefined) ?? link.root,
      env: { ...services.env, ...secrets, ...hookEnvironment(spec, link, target, applied) },
      watchdogs: { totalSeconds: timeoutSeconds, idleSeconds: timeoutSeconds, graceSeconds: 1, outputMiB: 256 },
      signal,
      processTag: `${key}-after`,
      onLine: line => services.log(spec.planId, 'then', line),
    });
    return { argv, outcome, exitCode, outputTail: truncateStart(tail, tailMax) };
  });
}

/** Returns the variables, or the reason there are none; the apply is not undone for that. */
function secretsFor(services: EffectServices, spec: PlanSpec): Record<string, string> | TroupeError {
  try {
    return services.secretVariables(spec);
  } catch (thrown) {
    return TroupeError.deserialize(TroupeError.serialize(thrown));
  }
}

/** Describes the applied commit and target for the program; for several projects, one per line. */
function hookEnvironment(
  { planId, description, projectLinks }: PlanSpec,
  { branch }: ProjectLink,
  target: ApplyTarget,
  { commits, files }: AppliedCommits,
): Record<string, string> {
  const onto = target.kind === 'branch' ? target.branch : target.kind === 'checkout' ? (target.branch ?? branch) : null;
  const aliases = projectLinks.length > 1 ? [...new Set(files.map(file => splitPath(file).alias))] : [];
  return {
    TROUPE_PLAN: planId,
    TROUPE_GOAL: description,
    ...(commits.length === 0 ? {} : { TROUPE_COMMIT: commits.join('\n') }),
    ...(onto === null ? {} : { TROUPE_BRANCH: onto }),
    ...(target.kind === 'patch' ? { TROUPE_PATCH: patchesAt(target.file, aliases).join('\n') } : {}),
  };
}

function patchesAt(file: string, aliases: readonly string[]): string[] {
  return aliases.length === 0 ? [file] : aliases.map(alias => patchPath(file, alias));
}
