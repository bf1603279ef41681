import type { EffectContext } from '../../src/durable/effect.ts';
import { programResult } from '../../src/model/agent-event.ts';
import type { AgentJob } from '../agent/agent-job.ts';
import { adviceStep, onceStep } from '../agent/run-agent.ts';
import { findSession, wasInterrupted } from '../agent/task-session.ts';
import { resolveProject } from '../resolve-project.ts';
import type { EffectServices } from '../services.ts';
import { createCheckpoint } from './create-checkpoint.ts';

/**
 * Restores the tree that an agent starts from. When the effect runs again because its process ended, saves the files
 * of the interrupted run in a checkpoint first: its work is not lost if the agent starts over. The files stay as they are if
 * the agent continues its session, which remembers the changes, or had ended.
 */
export async function restoreStart(
  { step, recordedResult, key }: Pick<EffectContext<unknown>, 'step' | 'recordedResult' | 'key'>,
  services: EffectServices,
  job: Pick<AgentJob, 'spec' | 'agent' | 'role' | 'attempt' | 'sandbox' | 'tree'>,
): Promise<void> {
  if (recordedResult(onceStep(programResult)) !== undefined) return;
  const { spec, sandbox, tree } = job;
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
    const session = await findSession(services, job);
    if (session !== null && wasInterrupted(session, key)) return;
  }
  await project.restore({ key: sandbox.key, tree });
}
