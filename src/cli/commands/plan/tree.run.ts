import { type PlanTree, planTitle } from '../../../index.ts';
import { approvalSummary, pendingApprovalsIn } from '../../../presentation/approval.ts';
import { shortId } from '../../../presentation/hints.ts';
import { stateLabel } from '../../../presentation/plan-state.ts';
import { sanitizeLine } from '../../../presentation/sanitize.ts';
import { treeLines } from '../../../presentation/text-layout.ts';
import type { RunCommand } from '../../command.ts';
import { openProject, requirePlan } from '../../project/open-project.ts';

export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const plan = await requirePlan(context, opened.troupe);
  const tree = await opened.troupe.tree(plan.id);
  return { data: { tree: treeData(tree) }, text: treeLines(tree, ({ children }) => children, nodeLabel).join('\n') };
};

function nodeLabel({ plan }: PlanTree): string {
  const again = plan.attempt > 1 ? ` ↻${plan.attempt}` : '';
  const spawned = plan.spawnDecisionId === null ? '' : ` (decision ${shortId(plan.spawnDecisionId)})`;
  const asks = approvalSummary(pendingApprovalsIn([plan]));
  const asked = asks === '' ? '' : `  ! ${asks}`;
  return `${stateLabel(plan)}${again}  ${sanitizeLine(planTitle(plan))}  ${shortId(plan.planId)}${spawned}${asked}`;
}

function treeData({ plan, children }: PlanTree): Record<string, unknown> {
  return {
    plan_id: plan.planId,
    decision_id: plan.spawnDecisionId,
    description: plan.description,
    phase: plan.phase,
    state: plan.state,
    attempt: plan.attempt,
    attempt_number: plan.attemptNumber ?? null,
    children: children.map(treeData),
  };
}
