import type { PlanRecord } from '../../model/plan.ts';
import type { SubplanStatus } from '../../model/subplan.ts';
import type { Store } from '../../ports/store.ts';
import { keys } from './keys.ts';

/** Where a child stands, and when that was said. */
export interface SubplanStatusRow {
  at: number;
  status: SubplanStatus;
}

/**
 * A plan's record with its children as they stand. Its chart takes their statuses in when the group ends; until then each
 * change is a row of its own, so that it is on disk at once and costs the same whatever the group's size.
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
