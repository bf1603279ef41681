import type { EffectContext } from '../../src/durable/effect.ts';
import { commandHint } from '../../src/model/command-hint.ts';
import { TroupeError } from '../../src/model/errors.ts';
import type { Invariant } from '../../src/model/invariant.ts';
import type { AgentJob } from '../agent/agent-job.ts';
import { resolveProject } from '../resolve-project.ts';
import { openSandboxEnvironment } from '../sandbox/sandbox-environment.ts';
import type { EffectServices } from '../services.ts';
import { findViolations, looksAtFiles } from './violations.ts';

/**
 * Checks the invariants with `each: action` after every call that wrote. A durable step, so that after a crash the
 * checks of the last call still run.
 * @throws {TroupeError} INVARIANT_VIOLATED
 */
export async function checkAfterCall(
  services: EffectServices,
  context: EffectContext<unknown>,
  job: AgentJob,
  { at, tree }: { at: number | string; tree: string },
): Promise<void> {
  const { spec } = job;
  const each = spec.invariants.filter(invariant => invariant.each === 'action' && invariant.check !== null);
  if (each.length === 0 || spec.actors.invariant === null) return;
  await context.step(`held/${at}`, () => checkInvariantsNow(services, context, job, { each, tree }));
}

async function checkInvariantsNow(
  services: EffectServices,
  context: EffectContext<unknown>,
  { spec, sandbox, phase }: AgentJob,
  { each, tree }: { each: Invariant[]; tree: string },
): Promise<void> {
  const { project, link } = resolveProject(services, spec);
  const { files } = await project.changes({ alias: link.alias, from: link.baseTree, to: tree });
  const { variables } = each.some(looksAtFiles)
    ? await openSandboxEnvironment(services, spec, sandbox, context)
    : { variables: {} };
  const input = {
    spec,
    services,
    changes: files,
    from: link.baseTree,
    tree,
    directory: sandbox.path,
    variables,
    signal: context.signal,
    key: context.key,
  };
  const violations = await findViolations(each, input);
  const [first] = violations;
  if (!first) return;
  await context.emit(
    violations.map(violation => ({ type: 'invariant.violated', planId: spec.planId, phase, ...violation })),
  );
  throw new TroupeError(
    'INVARIANT_VIOLATED',
    `After a tool call an invariant does not hold: "${first.text}": ${first.message}`,
    {
      where: `plan ${spec.planId}`,
      hints: [commandHint('plan logs'), commandHint('plan revert')],
      details: { files: first.files, violations },
    },
  );
}
