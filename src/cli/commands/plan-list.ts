import { type Approval, type PlanRecord, refusedPhase } from '../../index.ts';
import { cleanLine } from '../clean.ts';
import { table } from '../help.ts';
import { openHere } from '../open.ts';
import type { Run } from '../verb.ts';
import { askData, askLine, openAsks } from '../view/approval.ts';
import { planData } from '../view/plan-data.ts';
import { standing } from '../view/standing.ts';
import { shortId } from '../view/ways.ts';

export const run: Run = async context => {
  await using opened = await openHere(context);
  const { given } = context;
  const every = await opened.troupe.plans({ all: given.has('all'), children: true });
  const records = given.has('children') ? every : every.filter(({ depth }) => depth === 0);
  const asks = openAsks(every);
  const below = (record: PlanRecord) => asks.filter(isBelow(record, every));
  const rows = records.map(
    record =>
      [
        `${shortId(record.planId)}  ${standing(record)}`,
        `${'  '.repeat(record.depth)}${record.description}${refusal(record)}${asked(below(record))}`,
      ] as const,
  );
  return {
    data: { plans: records.map(planData), asks: askData(asks) },
    text:
      rows.length === 0
        ? 'No plans. Begin with: troupe run -f FILE'
        : table(rows)
            .map(line => line.slice(2))
            .join('\n'),
  };
};

function refusal(record: PlanRecord): string {
  return refusedPhase(record) === null ? '' : `: ${cleanLine(record.error?.message ?? '')}`;
}

/** Whether a call waits in this plan or below it. */
function isBelow({ planId }: PlanRecord, every: readonly PlanRecord[]): (asked: Approval) => boolean {
  const parents = new Map(every.map(record => [record.planId, record.parentPlanId]));
  return asked => {
    let at: string | null = asked.planId;
    while (at !== null && at !== planId) at = parents.get(at) ?? null;
    return at === planId;
  };
}

const asked = (asks: readonly Approval[]) => (asks.length === 0 ? '' : `  ! ${askLine(asks)}`);
