/**
 * Cleans up: selects what can be removed (select.ts) and, unless it is a dry run, removes it.
 *
 * Nothing is removed whose files are not in a ref. Records are removed in one batch before the refs and logs they
 * mention, so that no record mentions missing data; what a crash in between leaves is orphaned and removed the next
 * time.
 */
import { readSystemIds } from '../../durable/check-store.ts';
import type { CleanupItem, CleanupOptions, CleanupReport } from '../../model/cleanup.ts';
import { TroupeError } from '../../model/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logs } from '../../ports/logs.ts';
import type { Project } from '../../ports/project.ts';
import type { Store } from '../../ports/store.ts';
import type { PlanLedger } from '../records/ledger.ts';
import { archiveFinishedPlans } from './archive-pins.ts';
import { baseTrees, measurePlanTrees, readPlanKeys } from './plan-sizes.ts';
import { groupByRoot } from './plan-trees.ts';
import { type GcItem, selectGarbage } from './select.ts';

const dayMs = 24 * 60 * 60 * 1000;

export interface CleanupHost {
  store: Store;
  ledger: PlanLedger;
  project: Project;
  logs: Logs;
  clock: Clock;
}

export async function cleanUp(host: CleanupHost, options: CleanupOptions): Promise<CleanupReport> {
  const { olderThanMs = 30 * dayMs, maxBytes = Number.POSITIVE_INFINITY, dryRun = true } = options;
  const { ledger, project, logs: planLogs, clock } = host;
  // In this order: a plan created in between is known before any of its data is found.
  const inventory = await project.inventory();
  const families = groupByRoot(await ledger.records(), await readSystemIds(host.store));
  const logs = await planLogs.sizes();
  const sizes = await measurePlanTrees(host, { families, inventory, logs });
  const selected = selectGarbage({
    planTrees: families,
    inventory,
    logs,
    sizes,
    cutoffMs: clock.now() - olderThanMs,
    maxBytes,
  });
  const without = families.flatMap(({ root }) => baseTrees(root));
  const items: CleanupItem[] = [];
  for (const choice of selected) {
    const { kind, name, planId, goal, why } = choice;
    const bytes = choice.kind === 'refs' ? await project.measureRefs(choice.refs, without) : choice.bytes;
    const done = dryRun ? { keptIn: pinnedRef(choice), error: null } : await tryRemove(host, choice);
    items.push({ kind, name, planId, goal, why, bytes, ...done });
  }
  if (!dryRun) await archiveFinishedPlans(host, { least: 1 });
  const removed = new Set(selected.map(choice => (choice.kind === 'plan' ? choice.name : '')));
  const kept = families.filter(({ root }) => !removed.has(root.planId));
  const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
  return {
    dryRun,
    items,
    bytes: sum(items.filter(({ error }) => error === null).map(({ bytes }) => bytes)),
    kept: { plans: kept.length, bytes: sum(kept.map(({ root }) => sizes.get(root.planId) ?? 0)) },
  };
}

/** An item that cannot be removed does not stop the others. */
async function tryRemove(host: CleanupHost, choice: GcItem): Promise<Pick<CleanupItem, 'keptIn' | 'error'>> {
  try {
    await remove(host, choice);
    return { keptIn: pinnedRef(choice), error: null };
  } catch (thrown) {
    return { keptIn: null, error: TroupeError.serialize(thrown) };
  }
}

const pinnedRef = (choice: GcItem) =>
  choice.kind === 'sandbox' && choice.pin !== null ? `refs/troupe/${choice.pin}` : null;

async function remove({ store, project, logs }: CleanupHost, choice: GcItem): Promise<void> {
  switch (choice.kind) {
    case 'sandbox': {
      const { key, path } = choice.sandbox;
      if (key !== null && choice.pin !== null) return project.removeSandbox({ key, pin: choice.pin });
      return project.removeLeftovers(path);
    }
    case 'plan': {
      const rows = await Promise.all(choice.family.planIds.map(planId => readPlanKeys(store, planId)));
      await store.batch(rows.flat().map(key => ({ type: 'del', key })));
      await project.unpinAll(choice.refs);
      for (const planId of choice.logs) await logs.remove(planId);
      return;
    }
    case 'leftover':
      return project.removeLeftovers(choice.name);
    case 'refs':
      return project.unpinAll(choice.refs);
    case 'log':
      return logs.remove(choice.name);
  }
}
