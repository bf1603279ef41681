import { mergeEnvironment } from '../../src/model/environment.ts';
import { isJoinedTree, splitTree } from '../../src/model/multi-project-tree.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { sha256 } from '../../src/model/sha256.ts';
import { ascending } from '../../src/model/text-order.ts';
import { truncateStart } from '../../src/model/truncate.ts';
import type { Validation, ValidationResult } from '../../src/model/validation.ts';
import type { ValidationProgram } from '../../src/ports/dispatcher.ts';
import type { ProcessResult } from '../../src/ports/process.ts';
import type { SandboxEnvironment } from '../../src/ports/tool.ts';
import { defineEffect } from '../define-effect.ts';
import { resolveProject } from '../resolve-project.ts';
import { openSandboxEnvironment } from '../sandbox/sandbox-environment.ts';
import type { EffectServices } from '../services.ts';
import { sendWorkerWait, workerWaitText } from '../worker-wait.ts';

/** A validation that prints more than this is stopped. */
const outputMiBMax = 256;

/** Runs every validation on the sandbox's current files. Restores files that the validations themselves changed. */
export const validate = defineEffect('validate', async ({ input, signal, key, step, sendToParent }, services) => {
  const { spec, sandbox, round } = input;
  const { project } = resolveProject(services, spec);
  let isFresh = false;
  const { tree } = await step('tree', () => {
    isFresh = true;
    return project.capture({ key: sandbox.key });
  });
  let isPlaced = false;
  const results = await runValidations(services, spec, {
    place: async () => {
      await project.materialize(sandbox.key);
      if (!isFresh || isPlaced) await project.restore({ key: sandbox.key, tree });
      isPlaced = true;
      return openSandboxEnvironment(services, spec, sandbox, { signal, key });
    },
    tree,
    signal,
    marker: `${key}-${round}`,
    step,
    onWait: (name, reason) => sendWorkerWait({ sendToParent }, name, reason),
  });
  if (spec.validations.length > 0 && (isPlaced || !isFresh)) await project.restore({ key: sandbox.key, tree });
  return { results, tree };
});

/** Where validations run, and on which tree. */
export interface ValidationRun {
  /** Returns a folder with the files of `tree`, ready to run programs; called only when one has to run. */
  place(): Promise<SandboxEnvironment>;
  tree: string;
  signal: AbortSignal;
  marker: string;
  step<T>(name: string, act: () => Promise<T>): Promise<T>;
  /** Called with the first validation when they wait for a worker, and with null when they no longer do. */
  onWait(name: string, reason: string | null): void;
}

/**
 * Returns one result per validation, in order; a failure does not stop the next one. Skips validations that passed
 * before on the same files with the same command and environment. Later validations may need what earlier ones built:
 * when one has to run, all before it run. After a crash, finished ones do not run again; if one then fails, it may
 * lack files of theirs, so all run once more.
 */
export async function runValidations(
  services: EffectServices,
  spec: PlanSpec,
  validationRun: ValidationRun,
): Promise<ValidationResult[]> {
  const digests = await Promise.all(
    spec.validations.map(validation => digestOf(services, spec, validation, validationRun.tree)),
  );
  const known = await validationRun.step('known', () => cachedResults(services, spec, digests));
  // Those that have to run come first.
  const due = spec.validations.slice(0, known.filter(before => before === null).length);
  let ran = 0;
  const run = async (name: string) => {
    const running = services.dispatcher.runValidations({
      key: `${validationRun.marker}/${name}`,
      plan: spec,
      programs: due.map(validation => programOf(services, spec, validation, validationRun)),
      tree: validationRun.tree,
      signal: validationRun.signal,
      place: validationRun.place,
      onWait: reason => reportWait(services, spec, due, reason, validationRun.onWait),
    });
    const results: ValidationResult[] = [];
    for (const [at, validation] of spec.validations.entries()) {
      const before = known[at];
      if (before) logCached(services, spec, validation);
      const performed = async () => {
        ran += 1;
        const end = await running.result(at);
        return resultOf(validation, end, { tree: validationRun.tree, checked: digests[at] ?? null });
      };
      results.push(before ?? (await validationRun.step(`${name}/${at}`, performed)));
    }
    await running.close();
    return results;
  };
  const results = await run('check');
  const isPartly = ran > 0 && ran < due.length;
  if (!isPartly || results.every(({ passed }) => passed)) return results;
  ran = 0;
  return run('again');
}

function logCached(services: EffectServices, { planId }: PlanSpec, { name, argv }: Validation): void {
  services.log(planId, name, `$ ${argv.join(' ')}  # passed before on the same files: cached`);
}

function reportWait(
  services: EffectServices,
  { planId }: PlanSpec,
  [first]: Validation[],
  reason: string | null,
  onWait: ValidationRun['onWait'],
): void {
  if (first === undefined) return;
  services.log(planId, first.name, workerWaitText(reason));
  onWait(first.name, reason);
}

/** Returns the cached result of each validation, and null for those that have to run. */
async function cachedResults(
  services: EffectServices,
  { recheck = false, validations }: PlanSpec,
  digests: readonly (string | null)[],
): Promise<(ValidationResult | null)[]> {
  const found = await Promise.all(
    validations.map(async ({ name, required }, at): Promise<ValidationResult | null> => {
      const digest = digests[at] ?? null;
      const before = recheck || digest === null ? null : await services.ledger.cachedValidation(digest);
      return before && { ...before, name, required, cached: true };
    }),
  );
  const last = found.lastIndexOf(null);
  return found.map((before, at) => (at < last ? null : before));
}

/** Returns the digest of a validation's input; null for one that must run every time. */
async function digestOf(
  services: EffectServices,
  spec: PlanSpec,
  validation: Validation,
  tree: string,
): Promise<string | null> {
  if (validation.cache === false) return null;
  const env = Object.entries(mergeEnvironment(spec, services.env)).sort(ascending(([key]) => key));
  const about = [treeOf(validation, tree), validation.argv, env];
  return sha256(JSON.stringify(spec.setup === undefined ? about : [...about, spec.setup]));
}

/** Returns the tree a validation checks: that of its project, if it has one. */
function treeOf({ project }: Validation, tree: string): string {
  return project !== undefined && isJoinedTree(tree) ? (splitTree(tree)[project] ?? tree) : tree;
}

function programOf(
  services: EffectServices,
  spec: PlanSpec,
  { name, argv, project, timeoutSeconds, idleSeconds = timeoutSeconds }: Validation,
  { tree, marker }: ValidationRun,
): ValidationProgram {
  return {
    argv,
    folder: project !== undefined && isJoinedTree(tree) ? project : undefined,
    env: mergeEnvironment(spec, services.env),
    watchdogs: { totalSeconds: timeoutSeconds, idleSeconds, graceSeconds: 1, outputMiB: outputMiBMax },
    processTag: marker,
    onStart: () => services.log(spec.planId, name, `$ ${argv.join(' ')}`),
    onLine: line => services.log(spec.planId, name, line),
  };
}

function resultOf(
  { name, argv, required }: Validation,
  { outcome, exitCode, digest, tail, durationMs }: ProcessResult,
  { tree, checked }: { tree: string; checked: string | null },
): ValidationResult {
  return {
    name,
    required,
    passed: outcome === 'exited' && exitCode === 0,
    argv,
    outcome,
    exitCode,
    outputDigest: digest,
    outputTail: truncateStart(outcome === 'exited' ? tail : `${tail}\n(${outcome.replace('_', ' ')})`, 4000),
    durationMs: Math.round(durationMs),
    treeOid: tree,
    ...(checked === null ? {} : { checked }),
  };
}
