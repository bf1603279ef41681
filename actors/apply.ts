import { bringHome } from './bring-home.ts';
import { checkpointNow } from './checkpoint.ts';
import { layoutOf } from './prepare.ts';
import { projectOf } from './project.ts';
import { provided } from './provided.ts';

/**
 * Applies exactly the reviewed result, as one commit, once; what does not fit constrains the plan and applies nothing. There
 * is nothing left to apply where all of it was applied in parts before, or where a plan that changes nothing may be applied.
 */
export const apply = provided('apply', async (context, world) => {
  const { input, step, key } = context;
  const { spec, attempt, target, resultTree, sandbox, order, message } = input;
  const { project, link } = projectOf(world, spec);
  // Made anew where somebody cleared it away: the result is in a ref of ours.
  await project.openSandbox({ key: sandbox.key, tree: resultTree, layout: layoutOf(spec) });
  const checkpoint = await step('checkpoint', () =>
    checkpointNow(world, spec, { key: sandbox.key, mark: `${key}/apply`, trigger: 'preApply' }),
  );
  if (resultTree === link.baseTree) {
    return { outcome: 'landed', commits: [], files: [], results: [], checkpoint, after: null };
  }
  const wanted = order?.chosen?.treeOid ?? resultTree;
  const arrival = await bringHome(world, context, {
    ...{
      spec,
      attempt,
      sandbox,
      wanted,
      target,
      isPart: order?.chosen != null,
      isReviewed: true,
      // It was written for the whole result, and says nothing of a part.
      written: order?.chosen == null ? message : null,
      note: order?.commit,
      after: order?.after,
    },
    // What a part or another head was tried with before is another landing.
    mark: order?.chosen ? `${spec.planId}-${attempt}-${wanted.slice(0, 12)}` : `${spec.planId}-${attempt}`,
  });
  const { results } = arrival;
  if (arrival.outcome === 'constrained') {
    return { outcome: 'constrained', fault: arrival.fault.toJSON(), results, checkpoint };
  }
  const { commits, files, after, uncommitted } = arrival;
  return { outcome: 'landed', commits, files, results, checkpoint, after, ...(uncommitted && { uncommitted }) };
});
