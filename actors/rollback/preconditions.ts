/** Preconditions before files are restored or abandoned: the new tree exists, and nothing else changed the files. */
import { type CommandHint, commandHint, withOptions } from '../../src/model/command-hint.ts';
import { TroupeError } from '../../src/model/errors.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { resolveProject } from '../resolve-project.ts';
import type { EffectServices } from '../services.ts';

/** @throws {TroupeError} CHECKPOINT_LOST */
export async function assertTreeExists(
  services: EffectServices,
  spec: PlanSpec,
  tree: string,
  where: string,
): Promise<void> {
  try {
    await resolveProject(services, spec).project.files(tree);
  } catch (cause) {
    throw new TroupeError('CHECKPOINT_LOST', `The files of ${where} are no longer in the repository`, {
      where,
      hints: [commandHint('plan checkpoint list', { planId: spec.planId }), 'git fsck'],
      cause,
    });
  }
}

/** @throws {TroupeError} SANDBOX_EDITED naming the files; `again` is the command that proceeds anyway */
export async function assertSandboxUnchanged(
  services: EffectServices,
  spec: PlanSpec,
  trees: { expected: string; present: string },
  { where, again }: { where: string; again: CommandHint },
): Promise<void> {
  const { project, link } = resolveProject(services, spec);
  const { files } = await project.changes({ alias: link.alias, from: trees.present, to: trees.expected });
  if (files.length === 0) return;
  const paths = files.map(({ path }) => path);
  throw new TroupeError('SANDBOX_EDITED', `The sandbox was changed after the plan stopped: ${paths.join(', ')}`, {
    where,
    hints: [
      withOptions(again, { force: true }),
      commandHint('plan checkpoint create', { planId: spec.planId, options: { label: 'my edits' } }),
    ],
    details: { files: paths },
  });
}

/** Deletes the checkpoint of an operation that did not happen. */
export async function deleteCheckpoint(
  services: EffectServices,
  spec: PlanSpec,
  { ref }: { ref: string },
): Promise<void> {
  await resolveProject(services, spec).project.unpin(ref.replace(/^refs\/troupe\//, ''));
}
