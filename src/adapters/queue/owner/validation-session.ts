import type { ValidationWork } from '../../../ports/dispatcher.ts';
import type { ProcessResult } from '../../../ports/process.ts';
import type { FromWorker, ToWorker } from '../messages.ts';
import { createOpenPromise } from '../open-promise.ts';
import { createReportCount } from './report-count.ts';

/** The owner's end of the line of one round of validations. */
export interface ValidationSession {
  receive(message: FromWorker): void;
  /** Resolves with the result of one of them, as soon as it is there. */
  result(at: number): Promise<ProcessResult>;
  /** Resolves when so many reports of this attempt have arrived, or after a while. */
  wait(count: number): Promise<void>;
  end(results: readonly ProcessResult[]): void;
  fail(error: unknown): void;
}

export function createValidationSession(
  { programs }: Pick<ValidationWork, 'programs'>,
  send: (worker: string, message: ToWorker) => void,
): ValidationSession {
  const results = programs.map(() => createOpenPromise<ProcessResult>());
  const count = createReportCount();
  let attempt = 0;
  return {
    receive(message) {
      if (message.type !== 'report') return;
      if (message.attempt < attempt) return send(message.worker, { ...message, type: 'stop' });
      if (message.attempt > attempt) count.restart();
      attempt = message.attempt;
      if (!count.accept(message.n)) return;
      const { report } = message;
      if (!('at' in report)) return;
      const program = programs[report.at];
      if (report.type === 'start') program?.onStart();
      else if (report.type === 'line') program?.onLine(report.line);
      else results[report.at]?.resolve(report.result);
    },
    async result(at) {
      const found = results[at];
      if (found === undefined) throw new TypeError(`There is no validation ${at}`);
      return found.promise;
    },
    wait: count.wait,
    end(all) {
      for (const [at, result] of all.entries()) results[at]?.resolve(result);
    },
    fail(error) {
      for (const { reject } of results) reject(error);
    },
  };
}
