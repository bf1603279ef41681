/** What the plan chart keeps and says of parts that come home before the rest. */
import { enqueueActions } from 'xstate';
import type { PlanFact } from '../../src/model/event.ts';
import { Fault, type StoredFault } from '../../src/model/fault.ts';
import type { LandedPart, PartOrder } from '../../src/model/landing.ts';
import { mainLink } from '../../src/model/link.ts';
import type { PlanSpec, ProjectLink } from '../../src/model/plan.ts';
import type { Landed, LandingOutput } from '../landing.ts';
import { planChanging } from './changing.ts';
import {
  landingsOf,
  type PlanContext,
  partUnderWay,
  placeBefore,
  type Resumption,
  sandboxOf,
  specInForce,
} from './context.ts';
import { isReviewed } from './guards.ts';
import { recordedCheckpoint } from './telling.ts';

export const planBringing = planChanging.extend({
  actions: {
    beginPart: enqueueActions(({ context, enqueue }, { order }: { order: PartOrder }) => {
      const { attempt, resultTree } = context;
      const { phase, state } = placeBefore(context);
      const rebases = context.grouped || (phase === 'execute' && state === 'errored');
      enqueue.assign({ part: { order, rebases } });
      enqueue.spawnChild('landing', {
        id: 'landing',
        input: {
          spec: specInForce(context),
          attempt,
          order,
          sandbox: sandboxOf(context),
          resultTree: isReviewed(context) ? resultTree : null,
          rebases,
        },
      });
    }),
    /** The base is where it landed. What is reviewed or being merged stays; what begins after it begins there. */
    keepPart: enqueueActions(({ context, enqueue }, { output }: { output: LandingOutput }) => {
      const { order, rebases } = partUnderWay(context);
      const { spec } = context;
      enqueue.assign({ part: null });
      if (output.outcome === 'refused') {
        enqueue.emit(refusedPart(spec, order, output.fault));
        return;
      }
      const { landed } = output;
      const { links, checkpoint, changeSet } = landed;
      const { baseTree } = mainLink({ planId: spec.planId, projectLinks: links });
      const home = partHome(order, landed);
      enqueue.emit({ type: 'plan.part_landed', planId: spec.planId, part: home, from: spec.projectLinks, links });
      enqueue.emit(recordedCheckpoint(context, checkpoint));
      if (context.grouped) enqueue.sendTo('subplans', { type: 'rebase', baseTree, landed: order.subplans });
      enqueue.assign({
        spec: basedOn(spec, links, baseTree),
        landings: [...landingsOf(context), home],
        startTree: baseTree,
        ...(rebases && { merged: null }),
        ...(changeSet === null ? { workTree: baseTree, resumeFrom: onward(context, baseTree) } : { changeSet }),
        lastCheckpointId: checkpoint.checkpointId,
      });
    }),
    losePart: enqueueActions(({ context, enqueue }, { error }: { error: unknown }) => {
      enqueue.assign({ part: null });
      enqueue.emit(refusedPart(context.spec, partUnderWay(context).order, Fault.store(error)));
    }),
  },
});

function partHome({ landingId, target, subplans, left }: PartOrder, { commits, files, after }: Landed): LandedPart {
  return { landingId, target, commits, files, subplans, left, ...(after && { after }) };
}

function refusedPart({ planId }: PlanSpec, { landingId }: PartOrder, fault: StoredFault): PlanFact {
  return { type: 'plan.part_refused', planId, landingId, fault };
}

/** A fork that starts over starts there, too: where it was forked from is behind its base. */
function basedOn(spec: PlanSpec, projectLinks: ProjectLink[], baseTree: string): PlanSpec {
  const { forkedFrom } = spec;
  return { ...spec, projectLinks, forkedFrom: forkedFrom && { ...forkedFrom, treeOid: baseTree } };
}

/** The agent's work is home with the part: only children are wanted, those that are not. */
function onward({ resumeFrom }: PlanContext, tree: string): Resumption {
  const { mergedUpTo = null, inherits = false } = resumeFrom ?? {};
  return { tree, sequence: null, mergedUpTo, isWorked: true, inherits };
}
