import type { CheckpointDraft, CheckpointTrigger } from '../../src/model/checkpoint.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { resolveProject } from '../resolve-project.ts';
import type { EffectServices } from '../services.ts';

interface CheckpointOptions {
  key: string;
  mark: string;
  trigger: CheckpointTrigger;
  label?: string | null;
  tool?: string | null;
  /** The files of the sandbox, when it was just opened with them or nothing worked in it since. @default they are captured */
  tree?: string;
}

/**
 * Creates a checkpoint of the sandbox: captures its tree and pins it with a ref. `mark` starts with the plan's id, is
 * unique among its checkpoints, and stays the same after a crash, so that no ref of an earlier attempt remains.
 */
export async function createCheckpoint(
  services: EffectServices,
  spec: PlanSpec,
  of: CheckpointOptions,
): Promise<CheckpointDraft> {
  const { project, link } = resolveProject(services, spec);
  const checkpointId = services.mintId();
  const pin = `checkpoints/${of.mark}`;
  const tree = of.tree ?? (await project.capture({ key: of.key })).tree;
  await project.pin(pin, tree);
  return {
    checkpointId,
    planId: spec.planId,
    label: of.label ?? null,
    trigger: of.trigger,
    tool: of.tool ?? null,
    alias: link.alias,
    sandbox: of.key,
    treeOid: tree,
    ref: `refs/troupe/${pin}`,
  };
}
