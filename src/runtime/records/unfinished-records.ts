import type { PlanRecord } from '../../model/plan.ts';
import { ascending } from '../../model/text-order.ts';
import { isTerminal } from '../plans/plan-status.ts';
import type { PlanLedger } from './ledger.ts';

/** More unfinished plans than this are found faster by reading all records. */
const unfinishedMax = 64;

/** Returns the records of unfinished plans, in the order of creation. What it costs does not grow with finished ones. */
export async function unfinishedRecords(
  ledger: PlanLedger,
  { children }: { children: boolean },
): Promise<PlanRecord[]> {
  const roots = await ledger.unfinishedRoots();
  const read = async (rootId: string) => (children ? await ledger.treeRecords(rootId) : [await ledger.record(rootId)]);
  const found = roots.length > unfinishedMax ? await ledger.records() : (await Promise.all(roots.map(read))).flat();
  return found
    .filter(record => record !== undefined)
    .filter(record => (children || record.depth === 0) && !isTerminal(record))
    .sort(ascending(({ planId }) => planId));
}
