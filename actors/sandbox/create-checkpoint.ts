import type { CheckpointDraft, CheckpointTrigger } from '../../src/model/checkpoint.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { resolveProject } from '../resolve-project.ts';
import type { EffectServices } from '../services.ts';

/**
 * Creates a checkpoint of the sandbox: captures its tree and pins it with a ref. `mark` starts with the plan's id, is
 * unique among its checkpoints, and stays the same after a crash, so that no ref of an earlier attempt remains.
 */
export async function createCheckpoint(
  services: EffectServices,
  spec: PlanSpec,
  of: { key: string; mark: string; trigger: CheckpointTrigger; label?: string | null; tool?: string | null },
): Promise<CheckpointDraft> {
  const { project, link } = resolveProject(services, spec);
  const checkpointId = services.mintId();
  const pin = `checkpoints/${of.mark}`;
  const { tree, ref } = await project.capture({ key: of.key, pin });
  return {
    checkpointId,
    planId: spec.planId,
    label: of.label ?? null,
    trigger: of.trigger,
    tool: of.tool ?? null,
    alias: link.alias,
    sandbox: of.key,
    treeOid: tree,
    ref: ref ?? `refs/troupe/${pin}`,
  };
}
