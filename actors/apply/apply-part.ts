import type { CheckpointDraft } from '../../src/model/checkpoint.ts';
import { linksAfterApply } from '../../src/model/multi-project-tree.ts';
import { defineEffect } from '../define-effect.ts';
import { projectOf } from '../project-of.ts';
import { withTemporaryCheckout } from '../sandbox/temporary-checkout.ts';
import { applyTree } from './apply-tree.ts';

/**
 * Lands a part of a plan's work, which nobody has seen alone, while the plan goes on: in a checkout of its own, so that what
 * is in the plan's sandbox stays as it is. Says what the plan stands on then.
 */
export const applyPart = defineEffect('applyPart', async (context, world) => {
  const { spec, attempt, order, sandbox, resultTree, rebases } = context.input;
  const { applyId, treeOid: wanted, target, commit: note, after: then } = order;
  const { planId, projectLinks } = spec;
  const { project, link } = projectOf(world, spec);
  const arrival = await withTemporaryCheckout(
    project,
    { spec, at: `part-${attempt}`, tree: wanted, kind: 'folder' },
    place =>
      applyTree(world, context, {
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
  if (arrival.outcome === 'constrained') {
    return { outcome: 'constrained', error: arrival.error.toJSON(), results: arrival.results };
  }
  const { commits, files, results, after, commit } = arrival;
  const baseTree = rebases ? arrival.tree : wanted;
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
