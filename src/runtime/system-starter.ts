import { TroupeError } from '../model/errors.ts';
import type { RuntimeDependencies } from './dependencies.ts';
import type { EventBus } from './events/event-bus.ts';
import type { PlanSystem, PlanSystemOptions } from './plan-system.ts';

/** The running actors, started on first use. */
export interface SystemStarter {
  /** @throws {TroupeError} SYSTEM_CLOSED */
  system(): Promise<PlanSystem>;
  /** Whether they run, or are being started. */
  isStarted(): boolean;
  isClosed(): boolean;
  /** What stopped the runtime; null while it works. */
  fatalError(): TroupeError | null;
  close(): Promise<void>;
}

export interface SystemStarterOptions extends Omit<PlanSystemOptions, 'onFatal' | 'eventBus' | 'dependencies'> {
  dependencies: RuntimeDependencies;
  eventBus: EventBus;
}

export function createSystemStarter(options: SystemStarterOptions): SystemStarter {
  let starting: Promise<PlanSystem> | null = null;
  let closed = false;
  let fatal: TroupeError | null = null;
  const onFatal = (thrown: TroupeError) => {
    fatal = thrown;
    options.eventBus.close();
  };
  const start = async () => {
    // The machines and what plans work with: a process that only reads plans does not need them.
    const [{ startPlanSystem }, work] = await Promise.all([
      import('./plan-system.ts'),
      options.dependencies.loadWork(),
    ]);
    return startPlanSystem({ ...options, dependencies: { ...options.dependencies, ...work }, onFatal });
  };
  return {
    system() {
      if (closed) return Promise.reject(new TroupeError('SYSTEM_CLOSED', 'This Troupe was closed'));
      starting ??= start().catch(thrown => {
        starting = null;
        throw thrown;
      });
      return starting;
    },
    isStarted: () => starting !== null,
    isClosed: () => closed,
    fatalError: () => fatal,
    async close() {
      closed = true;
      const running = await starting?.catch(() => null);
      await running?.close();
    },
  };
}
