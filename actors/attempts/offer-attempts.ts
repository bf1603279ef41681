import { type AttemptResult, attemptsPath } from '../../src/model/best-of.ts';
import type { SubplanTree } from '../../src/model/child-plan.ts';
import { SpawnPayload } from '../../src/model/decision.ts';
import type { EffectOutput } from '../../src/model/effects.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { resolveProject } from '../resolve-project.ts';
import type { EffectServices } from '../services.ts';

/**
 * Offers the results of the attempts for a choice, as one conflict. If they are all the same there is nothing to choose.
 * Once one is chosen, the others are left out of the merge.
 */
export async function offerAttempts(
  services: EffectServices,
  {
    spec,
    ours,
    children,
    earlier,
  }: { spec: PlanSpec; ours: string; children: readonly SubplanTree[]; earlier: readonly SubplanTree[] },
): Promise<EffectOutput<'mergeNext'>> {
  const [first] = children;
  const done = { clean: true, folded: children.length, conflicts: [], engines: {} };
  if (earlier.length > 0 || first === undefined) return { ...done, treeOid: ours };
  if (children.every(({ treeOid }) => treeOid === first.treeOid)) return { ...done, treeOid: first.treeOid };
  const attempts = await numberAttempts(services, spec, children);
  const { link } = resolveProject(services, spec);
  const side = { oid: null, mode: null, planIds: [], goals: [] };
  return {
    clean: false,
    treeOid: ours,
    folded: 1,
    engines: {},
    conflicts: [
      {
        conflictId: `${first.planId}:${attemptsPath}`,
        alias: link.alias,
        path: attemptsPath,
        kind: 'attempts',
        base: side,
        ours: side,
        theirs: { ...side, planIds: children.map(({ planId }) => planId), goals: children.map(({ goal }) => goal) },
        markedOid: null,
        message: `Choose one of the attempts ${attempts.map(({ attempt }) => attempt).join(', ')}`,
        hunks: [],
        attempts,
      },
    ],
  };
}

/** Returns the results with the numbers of their attempts: those that failed are missing. */
async function numberAttempts(
  { ledger }: EffectServices,
  { planId }: PlanSpec,
  children: readonly SubplanTree[],
): Promise<AttemptResult[]> {
  const completed = await ledger.completedSubplans(children.map(child => child.planId));
  const decisions = new Map((await ledger.decisions(planId)).map(decision => [decision.decisionId, decision]));
  return children.map((child, at) => {
    const spawn = completed.find(({ tree }) => tree.planId === child.planId)?.decisionId ?? '';
    const payload = SpawnPayload.safeParse(decisions.get(spawn)?.payload);
    return { attempt: payload.data?.attempt ?? at + 1, planId: child.planId, treeOid: child.treeOid };
  });
}
