import type { CheckpointDraft } from '../src/model/checkpoint.ts';
import { linksLanded } from '../src/model/trees.ts';
import { bringHome } from './bring-home.ts';
import { look } from './looking.ts';
import { projectOf } from './project.ts';
import { provided } from './provided.ts';

/**
 * Lands a part of a plan's work, which nobody has seen alone, while the plan goes on: in a checkout of its own, so that what
 * is in the plan's sandbox stays as it is. Says what the plan stands on then.
 */
export const land = provided('land', async (context, world) => {
  const { spec, attempt, order, sandbox, resultTree, rebases } = context.input;
  const { landingId, treeOid: wanted, target, commit: note, after: then } = order;
  const { planId, projectLinks } = spec;
  const { project, link } = projectOf(world, spec);
  const arrival = await look(project, { spec, at: `part-${attempt}`, tree: wanted, kind: 'folder' }, place =>
    bringHome(world, context, {
      ...{
        spec,
        attempt,
        sandbox: place,
        wanted,
        target,
        isPart: true,
        isReviewed: resultTree !== null,
        note,
        after: then,
      },
      mark: `${planId}-${landingId}`,
    }),
  );
  if (arrival.outcome === 'constrained') {
    return { outcome: 'constrained', fault: arrival.fault.toJSON(), results: arrival.results };
  }
  const { commits, files, results, after, commit } = arrival;
  const baseTree = rebases ? arrival.tree : wanted;
  await project.pin(`plans/${planId}/base`, baseTree);
  const treeOid = resultTree ?? baseTree;
  const pin = `checkpoints/${planId}/${landingId}`;
  await project.pin(pin, treeOid);
  const checkpoint: CheckpointDraft = {
    ...{ checkpointId: order.checkpointId, planId, label: null, trigger: 'postApply', tool: null },
    ...{ alias: link.alias, sandbox: sandbox.key, treeOid, ref: `refs/troupe/${pin}` },
  };
  const changeSet =
    resultTree === null ? null : await project.changes({ alias: link.alias, from: baseTree, to: resultTree });
  const links = linksLanded(projectLinks, { commit, tree: baseTree });
  return { outcome: 'landed', commits, files, results, links, changeSet, checkpoint, after };
});
