import { TroupeError } from '../../model/errors.ts';
import type { EventBus } from '../events/event-bus.ts';
import { createEventHistoryCache } from '../events/event-history.ts';
import { requireRecord } from '../records/require-record.ts';
import type { SystemStarter, SystemStarterOptions } from '../system-starter.ts';
import { stopWaiting } from './plan-files.ts';
import type { PlanHost } from './plan-host.ts';
import { isRunning } from './plan-status.ts';
import { assertUnchanged } from './plan-version.ts';

/** What the handles of plans use. */
export function createPlanHost({
  store,
  ledger,
  project,
  dependencies: { clock, redactor, logs },
  events,
  mintId,
  secrets,
  files,
  starter,
}: Pick<SystemStarterOptions, 'store' | 'ledger' | 'project' | 'dependencies' | 'mintId' | 'secrets' | 'files'> & {
  events: EventBus;
  starter: SystemStarter;
}): PlanHost {
  const host: PlanHost = {
    ...{ ledger, project, logs, mintId, files },
    eventBus: events,
    eventHistories: createEventHistoryCache({ ledger, feed: events }),
    fatalError: starter.fatalError,
    async *exportLines(planId, how) {
      const { exportPlan } = await import('../export/export.ts');
      yield* exportPlan({ store, ledger, project, clock, redactor }, planId, how);
    },
    async send(planId, command, version) {
      const record = await requireRecord(host, planId);
      if (version !== undefined) assertUnchanged(record, version);
      await files.assertHere(record, command.type);
      const startsSystem = !starter.isStarted();
      // Fails here, before the plan would continue without the secrets and fail.
      if (command.type === 'execute') secrets.variables(record);
      const running = await starter.system();
      const wasResumed = startsSystem && command.type === 'execute' && isRunning(record);
      if (!wasResumed) {
        await running.send(planId, command, version);
        if (stopWaiting.includes(command.type)) files.begin(record.rootPlanId);
        return;
      }
      // `execute` resumes an interrupted plan; one that would stop after Strategize also needs the command.
      if (record.phase === 'strategize') await running.send(planId, command).catch(ignoreLockConflict);
    },
  };
  return host;
}

/** A plan that is already working may have received the command before. */
function ignoreLockConflict(thrown: unknown): void {
  TroupeError.assert(thrown, 'LOCK_CONFLICT');
}
