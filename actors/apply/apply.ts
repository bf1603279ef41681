import { defineEffect } from '../define-effect.ts';
import { checkoutOptions } from '../phases/prepare.ts';
import { projectOf } from '../project-of.ts';
import { createCheckpoint } from '../sandbox/create-checkpoint.ts';
import { applyTree } from './apply-tree.ts';

/**
 * Applies exactly the reviewed result, as one commit, once; what does not fit constrains the plan and applies nothing. There
 * is nothing left to apply where all of it was applied in parts before, or where a plan that changes nothing may be applied.
 */
export const apply = defineEffect('apply', async (context, world) => {
  const { input, step, key } = context;
  const { spec, attempt, target, resultTree, sandbox, order, message } = input;
  const { project, link } = projectOf(world, spec);
  // Made anew where somebody cleared it away: the result is in a ref of ours.
  await project.openSandbox({ key: sandbox.key, tree: resultTree, checkout: checkoutOptions(spec) });
  const checkpoint = await step('checkpoint', () =>
    createCheckpoint(world, spec, { key: sandbox.key, mark: `${key}/apply`, trigger: 'preApply' }),
  );
  if (resultTree === link.baseTree) {
    return { outcome: 'applied', commits: [], files: [], results: [], checkpoint, after: null };
  }
  const wanted = order?.selection?.treeOid ?? resultTree;
  const result = await applyTree(world, context, {
    ...{
      spec,
      attempt,
      sandbox,
      treeOid: wanted,
      target,
      isPart: order?.selection != null,
      isReviewed: true,
      // It was written for the whole result, and says nothing of a part.
      written: order?.selection == null ? message : null,
      note: order?.commit,
      after: order?.after,
    },
    // What a part or another head was tried with before is another landing.
    applyId: order?.selection ? `${spec.planId}-${attempt}-${wanted.slice(0, 12)}` : `${spec.planId}-${attempt}`,
  });
  const { results } = result;
  if (result.outcome === 'constrained') {
    return { outcome: 'constrained', error: result.error.toJSON(), results, checkpoint };
  }
  const { commits, files, after, uncommitted } = result;
  return { outcome: 'applied', commits, files, results, checkpoint, after, ...(uncommitted && { uncommitted }) };
});
