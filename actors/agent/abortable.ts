import { TroupeError } from '../../src/model/errors.ts';

/** Work that can be stopped for a reason which then is what it failed of, whatever it says itself. */
export interface Abortable {
  signal: AbortSignal;
  abort(error: TroupeError): void;
  /** What `work` answers, unless it was stopped: work that does not listen is not waited for. @throws {TroupeError} the reason */
  race<Result>(work: Promise<Result>): Promise<Result>;
}

export function createAbortable(): Abortable {
  const controller = new AbortController();
  const { signal } = controller;
  return {
    signal,
    abort: error => controller.abort(error),
    race: async work => {
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
export function isBudgetError(error: unknown): boolean {
  return error !== null && TroupeError.serialize(error).code === 'BUDGET_EXHAUSTED';
}
