import { type PlanRecord, refusedPhase } from '../../index.ts';
import { cleanLine } from '../clean.ts';
import { table } from '../help.ts';
import { openHere } from '../open.ts';
import type { Run } from '../verb.ts';
import { planData } from '../view/plan-data.ts';
import { standing } from '../view/standing.ts';
import { shortId } from '../view/ways.ts';

export const run: Run = async context => {
  await using opened = await openHere(context);
  const { given } = context;
  const records = await opened.troupe.plans({ all: given.has('all'), children: given.has('children') });
  const rows = records.map(
    record =>
      [
        `${shortId(record.planId)}  ${standing(record)}`,
        `${'  '.repeat(record.depth)}${record.description}${refusal(record)}`,
      ] as const,
  );
  return {
    data: { plans: records.map(planData) },
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
