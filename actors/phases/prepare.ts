import type { SandboxRef } from '../../src/model/effects.ts';
import { TroupeError } from '../../src/model/errors.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import type { Project } from '../../src/ports/project.ts';
import type { CheckoutOptions, SandboxKind } from '../../src/ports/project-sandboxes.ts';
import { defineEffect } from '../define-effect.ts';
import { resolveProject } from '../resolve-project.ts';
import { createCheckpoint } from '../sandbox/create-checkpoint.ts';

/**
 * Opens the sandbox of this attempt on the plan's base, with the results it depends on merged in, or on the tree of a
 * rollback.
 */
export const prepare = defineEffect(
  'prepare',
  async ({ input: { spec, attempt, from }, step, key: mark }, services) => {
    const { project, link } = resolveProject(services, spec);
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
        throw new TroupeError(
          'MERGE_CONFLICT',
          `The results this subplan depends on do not merge: ${files.join(', ')}`,
          {
            where: `plan ${spec.planId}`,
            details: { files },
          },
        );
      }
      startTree = merged.treeOid;
    }
    const key = sandboxKey(spec, attempt);
    const tree = from ?? startTree;
    const sandbox = await openAttemptSandbox(project, spec, { attempt, tree });
    const checkpoint = await step('checkpoint', () =>
      createCheckpoint(services, spec, { key, mark: `${mark}/begin`, trigger: 'preExecute', tree }),
    );
    return { sandbox, startTree, checkpoint };
  },
);

/** People look into the sandbox of a root plan; a child needs a folder only when a program has to run in it. */
const kindFor = ({ depth }: PlanSpec): SandboxKind => (depth === 0 ? 'folder' : 'tree');

/**
 * Opens the sandbox of one attempt of a plan, with the files of a tree. A plan that shares its parent's sandbox
 * writes the files there.
 */
export async function openAttemptSandbox(
  project: Project,
  spec: PlanSpec,
  { attempt, tree }: { attempt: number; tree: string },
): Promise<SandboxRef> {
  const key = sandboxKey(spec, attempt);
  if (!sharesParentSandbox(spec))
    return project.openSandbox({ key, tree, kind: kindFor(spec), checkout: checkoutOptions(spec) });
  await project.restore({ key, tree });
  return project.sandbox(key);
}

/** Returns whether a plan works in its parent's sandbox. */
export const sharesParentSandbox = ({ sandboxOf = null }: PlanSpec): boolean => sandboxOf !== null;

/** Returns how a plan's folders are checked out. */
export function checkoutOptions({ checkout, isolation }: PlanSpec): CheckoutOptions {
  return {
    sparse: checkout?.sparse ?? 'inherit',
    submodules: checkout?.submodules === 'auto',
    lfs: checkout?.lfs === 'pull',
    copy: isolation === 'copy',
  };
}

export const sandboxKey = ({ planId, sandboxOf }: PlanSpec, attempt: number): string =>
  sandboxOf ?? `${planId}-${attempt}`;
