import type { PlanRecord } from '../../model/plan.ts';
import type { SubplanStatus } from '../../model/subplan.ts';
import type { Store } from '../../ports/store.ts';
import { keys } from './keys.ts';

/** The state of a child, and when it was reported. */
export interface SubplanStatusRow {
  at: number;
  status: SubplanStatus;
}

/**
 * Returns a plan's record with the current states of its children. The machine adds their states to its context when
 * the group ends; until then each change is a row of its own, so that it is on disk at once and costs the same for
 * any group size.
 */
export async function withSubplanStatuses(store: Store, record: PlanRecord): Promise<PlanRecord> {
  const isExecuting = record.phase === 'execute' && ['processing', 'paused'].includes(record.state);
  if (!isExecuting || record.subplanStatuses.length > 0) return record;
  const since = ((await store.get(keys.groupStart(record.planId))) as number | undefined) ?? 0;
  const subplanStatuses: SubplanStatus[] = [];
  for await (const [, row] of store.entries(keys.subplanStatuses(record.planId))) {
    const { at, status } = row as SubplanStatusRow;
    if (at > since) subplanStatuses.push(status);
  }
  return subplanStatuses.length === 0 ? record : { ...record, subplanStatuses };
}
