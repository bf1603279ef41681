import { commandHint } from '../../src/model/command-hint.ts';
import { mergeEnvironment } from '../../src/model/environment.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { assertSetUp, sandboxVariables, setUpWatchdogs } from '../../src/model/sandbox-setup.ts';
import type { Setup } from '../../src/model/setup.ts';
import type { SandboxEnvironment } from '../../src/ports/tool.ts';
import { resolveProject } from '../resolve-project.ts';
import type { EffectServices } from '../services.ts';

const nothing: Setup = { include: [], link: [], run: [], timeout: 0, env: {} };

/**
 * Returns the sandbox's folder, set up once as the plan says, and the environment variables for programs. Files that
 * git tracks and the set-up changed are restored; new files stay. After a crash the set-up starts again. A read-only
 * agent gets the folder without set-up.
 * @throws {TroupeError} SETUP_FAILED naming the command
 */
export async function openSandboxEnvironment(
  services: EffectServices,
  spec: PlanSpec,
  sandbox: { key: string },
  { signal, key, onlyLooking = false }: { signal: AbortSignal; key: string; onlyLooking?: boolean },
): Promise<SandboxEnvironment> {
  const { project, link } = resolveProject(services, spec);
  const { include, link: links, run, timeout, env } = (onlyLooking ? null : spec.setup) ?? nothing;
  const { path, ports, ready } = await project.provision({ key: sandbox.key, include, link: links });
  const variables = {
    ...env,
    ...services.secretVariables(spec),
    ...sandboxVariables({ path, root: link.root, ports, link }),
  };
  const workplace = { directory: path, variables };
  if (ready || onlyLooking) return workplace;
  if (run.length === 0) {
    await project.markProvisioned(sandbox.key);
    return workplace;
  }
  const { tree } = await project.capture({ key: sandbox.key });
  for (const argv of run) await runSetup(services, spec, { argv, timeout, workplace, signal, key });
  await project.markProvisioned(sandbox.key, tree);
  return workplace;
}

async function runSetup(
  services: EffectServices,
  spec: PlanSpec,
  step: { argv: string[]; timeout: number; workplace: SandboxEnvironment; signal: AbortSignal; key: string },
): Promise<void> {
  const { argv, timeout, workplace, signal, key } = step;
  const { planId } = spec;
  services.log(planId, 'setup', `set-up: $ ${argv.join(' ')}`);
  const result = await services.run({
    argv,
    cwd: workplace.directory,
    env: { ...mergeEnvironment(spec, services.env), ...workplace.variables },
    watchdogs: setUpWatchdogs({ timeout }),
    signal,
    processTag: key,
    onLine: line => services.log(planId, 'setup', line),
  });
  assertSetUp(argv, result, {
    message: 'The sandbox could not be set up',
    hints: [commandHint('plan logs', { planId }), commandHint('plan execute', { planId })],
  });
}
