import { type Approval, type PlanRecord, planTitle, rejectedPhase } from '../../../index.ts';
import { approvalData, approvalSummary, pendingApprovalsIn } from '../../../presentation/approval.ts';
import { shortId } from '../../../presentation/hints.ts';
import { planData } from '../../../presentation/plan-data.ts';
import { stateLabel } from '../../../presentation/plan-state.ts';
import { sanitizeLine } from '../../../presentation/sanitize.ts';
import { formatTable } from '../../../presentation/text-layout.ts';
import { agentQueueText } from '../../../presentation/wait-text.ts';
import type { RunCommand } from '../../command.ts';
import { openProject } from '../../project/open-project.ts';

export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const { args } = context;
  const every = await opened.troupe.list({ all: args.has('all'), children: true });
  const records = args.has('children') ? every : every.filter(({ depth }) => depth === 0);
  const asks = pendingApprovalsIn(every);
  const below = (record: PlanRecord) => asks.filter(isInSubtree(record, every));
  const rows = records.map(
    record =>
      [
        `${shortId(record.planId)}  ${stateLabel(record)}`,
        `${'  '.repeat(record.depth)}${planTitle(record)}${rejectionSuffix(record)}${waitSuffix(record)}${approvalSuffix(below(record))}`,
      ] as const,
  );
  return {
    data: { plans: records.map(planData), asks: approvalData(asks) },
    text:
      rows.length === 0
        ? 'No plans. Begin with: troupe run -f FILE'
        : formatTable(rows)
            .map(line => line.slice(2))
            .join('\n'),
  };
};

function rejectionSuffix(record: PlanRecord): string {
  return rejectedPhase(record) === null ? '' : `: ${sanitizeLine(record.error?.message ?? '')}`;
}

const waitSuffix = ({ queue }: PlanRecord): string => (queue ? `: waits, ${agentQueueText(queue)}` : '');

/** Returns whether a call waits in this plan or its subplans. */
function isInSubtree({ planId }: PlanRecord, every: readonly PlanRecord[]): (approvalSuffix: Approval) => boolean {
  const parents = new Map(every.map(record => [record.planId, record.parentPlanId]));
  return asked => {
    let at: string | null = asked.planId;
    while (at !== null && at !== planId) at = parents.get(at) ?? null;
    return at === planId;
  };
}

const approvalSuffix = (asks: readonly Approval[]) => (asks.length === 0 ? '' : `  ! ${approvalSummary(asks)}`);
