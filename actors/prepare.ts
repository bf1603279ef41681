import { Fault } from '../src/model/fault.ts';
import type { PlanSpec } from '../src/model/plan.ts';
import type { Project, SandboxKind, SandboxLayout, SandboxRef } from '../src/ports/project.ts';
import { checkpointNow } from './checkpoint.ts';
import { projectOf } from './project.ts';
import { provided } from './provided.ts';

/** Opens the sandbox of this attempt on the plan's base, with the results it depends on folded in; or on the tree the plan was taken back to. */
export const prepare = provided('prepare', async ({ input: { spec, attempt, from }, step, key: mark }, world) => {
  const { project, link } = projectOf(world, spec);
  let startTree = link.baseTree;
  for (const sibling of spec.startsWith) {
    const merged = await project.mergeTrees({
      base: sibling.baseTree,
      ours: startTree,
      theirs: sibling.treeOid,
      alias: link.alias,
      theirsPlanId: sibling.planId,
    });
    if (!merged.clean) {
      const files = merged.conflicts.map(conflict => conflict.path);
      throw new Fault('MERGE_CONFLICT', `The results this subplan depends on do not merge: ${files.join(', ')}`, {
        where: `plan ${spec.planId}`,
        details: { files },
      });
    }
    startTree = merged.treeOid;
  }
  const key = sandboxKey(spec, attempt);
  const sandbox = await sandboxFor(project, spec, { attempt, tree: from ?? startTree });
  const checkpoint = await step('checkpoint', () =>
    checkpointNow(world, spec, { key, mark: `${mark}/begin`, trigger: 'preExecute' }),
  );
  return { sandbox, startTree, checkpoint };
});

/** People look into the sandbox of a root plan; a child needs a folder only when a program is to run in it. */
const kindFor = ({ depth }: PlanSpec): SandboxKind => (depth === 0 ? 'folder' : 'tree');

/** The sandbox of one attempt of a plan, with the files of a tree. One that works in its parent's puts those files there. */
export async function sandboxFor(
  project: Project,
  spec: PlanSpec,
  { attempt, tree }: { attempt: number; tree: string },
): Promise<SandboxRef> {
  const key = sandboxKey(spec, attempt);
  if (!isGuest(spec)) return project.openSandbox({ key, tree, kind: kindFor(spec), layout: layoutOf(spec) });
  await project.restore({ key, tree });
  return project.sandbox(key);
}

/** Whether it works in its parent's sandbox. */
export const isGuest = ({ sandboxOf = null }: PlanSpec): boolean => sandboxOf !== null;

/** How a plan's folders are laid out. */
export function layoutOf({ checkout, isolation }: PlanSpec): SandboxLayout {
  return {
    sparse: checkout?.sparse ?? 'inherit',
    submodules: checkout?.submodules === 'auto',
    lfs: checkout?.lfs === 'pull',
    copy: isolation === 'copy',
  };
}

export const sandboxKey = ({ planId, sandboxOf }: PlanSpec, attempt: number): string =>
  sandboxOf ?? `${planId}-${attempt}`;
