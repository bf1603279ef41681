import { Fault } from '../src/model/fault.ts';

/** Work that can be stopped for a reason which then is what it failed of, whatever it says itself. */
export interface Stopping {
  signal: AbortSignal;
  stop(fault: Fault): void;
  /** What `work` answers, unless it was stopped: work that does not listen is not waited for. @throws {Fault} the reason */
  orDone<Result>(work: Promise<Result>): Promise<Result>;
}

export function stopping(): Stopping {
  const controller = new AbortController();
  const { signal } = controller;
  return {
    signal,
    stop: fault => controller.abort(fault),
    orDone: async work => {
      const stopped = new Promise<never>((_, reject) => {
        if (signal.aborted) reject(signal.reason);
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
      return Promise.race([work, stopped]).catch(thrown => {
        throw signal.aborted ? signal.reason : thrown;
      });
    },
  };
}

/** Whether something failed because nothing is left to spend. */
export function isSpentUp(error: unknown): boolean {
  return error !== null && Fault.store(error).code === 'BUDGET_EXHAUSTED';
}
