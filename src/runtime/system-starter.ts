import { TroupeError } from '../model/errors.ts';
import type { EventBus } from './events/event-bus.ts';
import { type PlanSystem, type PlanSystemOptions, startPlanSystem } from './plan-system.ts';

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

export function createSystemStarter(
  options: Omit<PlanSystemOptions, 'onFatal' | 'eventBus'> & { eventBus: EventBus },
): SystemStarter {
  let starting: Promise<PlanSystem> | null = null;
  let closed = false;
  let fatal: TroupeError | null = null;
  const onFatal = (thrown: TroupeError) => {
    fatal = thrown;
    options.eventBus.close();
  };
  return {
    system() {
      if (closed) return Promise.reject(new TroupeError('SYSTEM_CLOSED', 'This Troupe was closed'));
      starting ??= startPlanSystem({ ...options, onFatal }).catch(thrown => {
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
