import { TroupeError } from '../../src/model/errors.ts';

/** Work that can be stopped with a reason, which is then its error, whatever the work itself returns or throws. */
export interface Abortable {
  signal: AbortSignal;
  abort(error: TroupeError): void;
  /**
   * Returns the result of `work` unless it was stopped; does not wait for work that ignores the signal.
   * @throws {TroupeError} the reason
   */
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

/** Returns whether an error is an exhausted budget. */
export function isBudgetError(error: unknown): boolean {
  return error !== null && TroupeError.serialize(error).code === 'BUDGET_EXHAUSTED';
}
