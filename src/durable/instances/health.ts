/** The state of a system of instances, from what is in memory. */
import { TroupeError } from '../../model/errors.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import { earlier } from './awake-instances.ts';
import type { InstancesHealth, ScheduleHealth } from './instances-api.ts';
import type { InstancesContext } from './instances-context.ts';

interface HealthSources {
  /** The first time for which an instance that sleeps waits. */
  nextWake: number | undefined;
  schedules: ScheduleHealth[];
}

export function describeHealth(context: InstancesContext, { nextWake, schedules }: HealthSources): InstancesHealth {
  const { shared, awake, options, ended, storeId } = context;
  const { running, quarantined, done, stopped } = shared.counts;
  const { kind, owner, bytesWritten } = shared.store;
  const nextDue = earlier(awake.nextDue(), nextWake);
  const isClosed = TroupeError.is(ended?.reason) && ended.reason.code === 'SYSTEM_CLOSED';
  const hasFailed = ended !== undefined && !isClosed;
  return {
    status: hasFailed ? 'failed' : isClosed ? 'closed' : 'open',
    ...(hasFailed ? { error: TroupeError.serialize(ended.reason) } : {}),
    store: {
      id: storeId,
      ...omitUndefined({ bytesWritten, kind, owner }),
    },
    commits: { batches: shared.batches, ...shared.lag() },
    instances: { awake: awake.size, asleep: Math.max(0, running - awake.size), quarantined, done, stopped },
    timers: {
      ...omitUndefined({ nextDue }),
      lateMs: nextDue === undefined ? 0 : Math.max(0, options.clock.now() - nextDue),
    },
    schedules,
  };
}
