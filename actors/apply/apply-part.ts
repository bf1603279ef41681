import type { CheckpointDraft } from '../../src/model/checkpoint.ts';
import { linksAfterApply } from '../../src/model/multi-project-tree.ts';
import { defineEffect } from '../define-effect.ts';
import { resolveProject } from '../resolve-project.ts';
import { withTemporaryCheckout } from '../sandbox/temporary-checkout.ts';
import { applyTree } from './apply-tree.ts';

/**
 * Applies the work of finished subplans while the plan continues. Works in a temporary checkout, so that the plan's sandbox
 * does not change. Returns the new base of the plan.
 */
export const applyPart = defineEffect('applyPart', async (context, services) => {
  const { spec, attempt, order, sandbox, resultTree, rebases } = context.input;
  const { applyId, treeOid: wanted, target, commit: note, after: then } = order;
  const { planId, projectLinks } = spec;
  const { project, link } = resolveProject(services, spec);
  const result = await withTemporaryCheckout(
    project,
    { spec, at: `part-${attempt}`, tree: wanted, kind: 'folder' },
    place =>
      applyTree(services, context, {
        ...{
          spec,
          attempt,
          sandbox: place,
          treeOid: wanted,
          target,
          isPart: true,
          isReviewed: resultTree !== null,
          note,
          after: then,
        },
        applyId: `${planId}-${applyId}`,
      }),
  );
  if (result.outcome === 'constrained') {
    return { outcome: 'constrained', error: result.error.toJSON(), results: result.results };
  }
  const { commits, files, results, after, commit } = result;
  const baseTree = rebases ? result.tree : wanted;
  await project.pin(`plans/${planId}/base`, baseTree);
  const treeOid = resultTree ?? baseTree;
  const pin = `checkpoints/${planId}/${applyId}`;
  await project.pin(pin, treeOid);
  const checkpoint: CheckpointDraft = {
    ...{ checkpointId: order.checkpointId, planId, label: null, trigger: 'postApply', tool: null },
    ...{ alias: link.alias, sandbox: sandbox.key, treeOid, ref: `refs/troupe/${pin}` },
  };
  const changeSet =
    resultTree === null ? null : await project.changes({ alias: link.alias, from: baseTree, to: resultTree });
  const links = linksAfterApply(projectLinks, { commit, tree: baseTree });
  return { outcome: 'applied', commits, files, results, links, changeSet, checkpoint, after };
});
