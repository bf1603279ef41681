/** Before files are taken back or left behind: that what they become is there, and that nobody else was at work in them. */
import { Fault } from '../src/model/fault.ts';
import type { PlanSpec } from '../src/model/plan.ts';
import { projectOf } from './project.ts';
import type { World } from './world.ts';

/** @throws {Fault} CHECKPOINT_LOST */
export async function mustExist(world: World, spec: PlanSpec, tree: string, where: string): Promise<void> {
  try {
    await projectOf(world, spec).project.files(tree);
  } catch (cause) {
    throw new Fault('CHECKPOINT_LOST', `The files of ${where} are no longer in the repository`, {
      where,
      hints: [`troupe plan checkpoint list ${spec.planId}`, 'git fsck'],
      cause,
    });
  }
}

/** @throws {Fault} SANDBOX_EDITED naming the files; `again` is the command that goes on all the same */
export async function mustBeOurs(
  world: World,
  spec: PlanSpec,
  trees: { expected: string; present: string },
  { where, again }: { where: string; again: string },
): Promise<void> {
  const { project, link } = projectOf(world, spec);
  const { files } = await project.changes({ alias: link.alias, from: trees.present, to: trees.expected });
  if (files.length === 0) return;
  const paths = files.map(({ path }) => path);
  throw new Fault('SANDBOX_EDITED', `Somebody changed ${paths.join(', ')} in the sandbox since the plan came to rest`, {
    where,
    hints: [`${again} --force`, `troupe plan checkpoint create ${spec.planId} --label "my edits"`],
    details: { files: paths },
  });
}

/** Lets the checkpoint go that was made for something that did not happen. */
export async function forgetPresent(world: World, spec: PlanSpec, { ref }: { ref: string }): Promise<void> {
  await projectOf(world, spec).project.unpin(ref.replace(/^refs\/troupe\//, ''));
}
