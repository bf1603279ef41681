import { defineEffect } from '../define-effect.ts';
import { checkoutOptions } from '../phases/prepare.ts';
import { resolveProject } from '../resolve-project.ts';
import { createCheckpoint } from '../sandbox/create-checkpoint.ts';
import { applyTree } from './apply-tree.ts';

/**
 * Applies exactly the reviewed result, as one commit, once. On a failed check it constrains the plan and applies
 * nothing. Nothing is left to apply when all of it was applied in parts before, or when a plan without changes may be
 * applied.
 */
export const apply = defineEffect('apply', async (context, services) => {
  const { input, step, key } = context;
  const { spec, attempt, target, resultTree, sandbox, order, message } = input;
  const { project, link } = resolveProject(services, spec);
  // Recreated if it was removed: a ref holds the result.
  await project.openSandbox({ key: sandbox.key, tree: resultTree, checkout: checkoutOptions(spec) });
  const checkpoint = await step('checkpoint', () =>
    createCheckpoint(services, spec, { key: sandbox.key, mark: `${key}/apply`, trigger: 'preApply', tree: resultTree }),
  );
  if (resultTree === link.baseTree) {
    return { outcome: 'applied', commits: [], files: [], results: [], checkpoint, after: null };
  }
  const wanted = order?.selection?.treeOid ?? resultTree;
  const result = await applyTree(services, context, {
    ...{
      spec,
      attempt,
      sandbox,
      treeOid: wanted,
      target,
      isPart: order?.selection != null,
      isReviewed: true,
      // The message was written for the whole result and does not fit a part.
      written: order?.selection == null ? message : null,
      note: order?.commit,
      after: order?.after,
    },
    // Another part, or another head, is another apply.
    applyId: order?.selection ? `${spec.planId}-${attempt}-${wanted.slice(0, 12)}` : `${spec.planId}-${attempt}`,
  });
  const { results } = result;
  if (result.outcome === 'constrained') {
    return { outcome: 'constrained', error: result.error.toJSON(), results, checkpoint };
  }
  const { commits, files, after, uncommitted } = result;
  return { outcome: 'applied', commits, files, results, checkpoint, after, ...(uncommitted && { uncommitted }) };
});
