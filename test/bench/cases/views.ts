/**
 * What it costs to show a plan of 1,000 subplans while it is at work: the events of a real run are replayed in the
 * batches that a window takes them in, ten a second, and after each all rows of the tree are made. The share of one core
 * that this took of the time the run took.
 */
import { childrenByParent, type PlanEvent, planTreeRows } from '../../../src/index.ts';
import { type PlanSummaries, reducePlanSummaries } from '../../../src/runtime/views/plan-summaries.ts';
import { reduceSubplanStatuses, type SubplanStatuses } from '../../../src/runtime/views/subplan-statuses.ts';
import { runManyClients } from '../../host/many-clients.ts';
import type { BenchCase } from '../bench-case.ts';

const paceMs = 100;

export const bench: BenchCase = {
  async run(context) {
    if (!context.includes('views.1000')) return [];
    const subplans = context.size(1_000, 20);
    const { history, planMs } = await runManyClients({ clients: 1, subplans });
    const batches = inBatches(history);
    const before = process.cpuUsage();
    show(batches, subplans);
    const { user, system } = process.cpuUsage(before);
    const cpuMs = (user + system) / 1000;
    return [{ name: 'views.1000', value: (100 * cpuMs) / planMs, unit: '% core', n: batches.length }];
  },
};

function show(batches: readonly PlanEvent[][], subplans: number): void {
  let plans: PlanSummaries = {};
  let statuses: SubplanStatuses = {};
  let rows = 0;
  for (const batch of batches) {
    plans = reducePlanSummaries(plans, batch);
    statuses = reduceSubplanStatuses(statuses, batch);
    const children = childrenByParent(plans);
    const [root] = children.get('') ?? [];
    if (root !== undefined) rows = planTreeRows(root, children, new Set()).length;
  }
  if (rows !== subplans + 1) throw new Error(`${rows} rows are shown of ${subplans} subplans and their plan`);
}

function inBatches(history: readonly PlanEvent[]): PlanEvent[][] {
  const batches = new Map<number, PlanEvent[]>();
  for (const event of history) {
    const batch = Math.floor(Date.parse(event.at) / paceMs);
    const known = batches.get(batch);
    if (known === undefined) batches.set(batch, [event]);
    else known.push(event);
  }
  return [...batches.values()];
}
