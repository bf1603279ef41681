import type { PlanSpec } from '../src/model/plan.ts';
import type { Validation, ValidationResult } from '../src/model/validation.ts';
import { projectOf } from './project.ts';
import { provided } from './provided.ts';
import type { World } from './world.ts';

/** A check that prints more is not read by anybody. */
const outputMiBMax = 256;

/** Runs every validation on the sandbox as it stands. What the checks themselves write is put back. */
export const validate = provided('validate', async ({ input: { spec, sandbox, round }, signal, key }, world) => {
  const { project } = projectOf(world, spec);
  const { tree } = await project.capture({ key: sandbox.key });
  const results = await runValidations(world, spec, {
    directory: sandbox.path,
    tree,
    signal,
    marker: `${key}-${round}`,
  });
  if (spec.validations.length > 0) await project.restore({ key: sandbox.key, tree });
  return { results, tree };
});

/** One result per validation, in order; a failure does not keep the next from running. */
export async function runValidations(
  world: World,
  spec: PlanSpec,
  scene: { directory: string; tree: string; signal: AbortSignal; marker: string },
): Promise<ValidationResult[]> {
  const results: ValidationResult[] = [];
  for (const validation of spec.validations) results.push(await runValidation(world, spec, validation, scene));
  return results;
}

async function runValidation(
  world: World,
  spec: PlanSpec,
  { name, argv, required, timeoutSeconds, idleSeconds = timeoutSeconds }: Validation,
  { directory, tree, signal, marker }: { directory: string; tree: string; signal: AbortSignal; marker: string },
): Promise<ValidationResult> {
  world.log(spec.planId, `$ ${argv.join(' ')}`);
  const result = await world.run({
    argv,
    cwd: directory,
    env: environmentOf(world, spec),
    watchdogs: { totalSeconds: timeoutSeconds, idleSeconds, graceSeconds: 1, outputMiB: outputMiBMax },
    signal,
    marker,
    onLine: line => world.log(spec.planId, line),
  });
  return {
    name,
    required,
    passed: result.outcome === 'exited' && result.exitCode === 0,
    outcome: result.outcome,
    exitCode: result.exitCode,
    outputDigest: result.digest,
    outputTail: (result.outcome === 'exited'
      ? result.tail
      : `${result.tail}\n(${result.outcome.replace('_', ' ')})`
    ).slice(-4000),
    durationMs: Math.round(result.durationMs),
    treeOid: tree,
  };
}

/** The host's environment and the plan's own; which of the two wins is the plan's to say. */
function environmentOf(
  { env }: World,
  { executionEnvironment: own, executionEnvPriority: priority }: PlanSpec,
): Record<string, string> {
  return priority === 'override' ? { ...env, ...own } : { ...own, ...env };
}
