import type { EffectContext } from '../../src/durable/effect.ts';
import type { SandboxRef } from '../../src/model/effects.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { adviceStep } from '../agent/run-agent.ts';
import { resolveProject } from '../resolve-project.ts';
import type { EffectServices } from '../services.ts';
import { createCheckpoint } from './create-checkpoint.ts';

/**
 * Restores the tree that an agent starts from. When the effect runs again because its process ended, saves the files
 * of the interrupted run in a checkpoint first: the agent starts over, and its earlier work is not lost.
 */
export async function restoreStart(
  { step, recordedResult, key }: Pick<EffectContext<unknown>, 'step' | 'recordedResult' | 'key'>,
  services: EffectServices,
  { spec, sandbox, tree }: { spec: PlanSpec; sandbox: SandboxRef; tree: string },
): Promise<void> {
  const { project } = resolveProject(services, spec);
  if (recordedResult(adviceStep) !== undefined) {
    const { tree: interrupted } = await project.capture({ key: sandbox.key });
    // A second crash may leave other files: each tree has its own step and checkpoint.
    if (interrupted !== tree) {
      const mark = `${key}/interrupted-${interrupted}`;
      await step(
        `interrupted ${interrupted}`,
        () => createCheckpoint(services, spec, { key: sandbox.key, mark, trigger: 'afterInterruption' }),
        { emit: checkpoint => [{ type: 'checkpoint.created', planId: spec.planId, checkpoint }] },
      );
    }
  }
  await project.restore({ key: sandbox.key, tree });
}
