import type { DispatchedValidations, ValidationWork } from '../../../ports/dispatcher.ts';
import type { ProcessResult } from '../../../ports/process.ts';
import type { ValidationJobData } from '../messages.ts';
import { validationNeeds } from '../needs.ts';
import { resultOf } from '../outcome.ts';
import type { DispatchContext } from './dispatch-context.ts';
import { createValidationSession } from './validation-session.ts';

const stoppedResult: ProcessResult = { outcome: 'aborted', exitCode: null, durationMs: 0, digest: '', tail: '' };

/** Has a worker run the validations of a round, all in one folder. */
export function dispatchValidations(context: DispatchContext, work: ValidationWork): DispatchedValidations {
  const { board, labels, forget } = context;
  const { plan, key, programs, signal } = work;
  const session = createValidationSession(work, board.send);
  const start = async () => {
    const result = await board.run({
      ...{ planId: plan.planId, key, signal, onWait: work.onWait, onMessage: session.receive },
      // The lines of a program come before its end.
      onResult: ({ reports }) => session.wait(reports),
      needs: { ...validationNeeds(plan, programs), labels },
      data: async () => ({ plan, work: await jobOf(context, work) }),
      onFound: async () => undefined,
    });
    session.end(resultOf(result) as ProcessResult[]);
  };
  let ending: Promise<void> | null = null;
  return {
    result(at) {
      // A program that is stopped is a result.
      ending ??= start().catch(thrown =>
        signal.aborted ? session.end(programs.map(() => stoppedResult)) : session.fail(thrown),
      );
      return session.result(at);
    },
    // A job ends a moment after its last result.
    async close() {
      if (ending !== null) forget(plan.planId, key, ending);
    },
  };
}

async function jobOf(
  { exchange }: DispatchContext,
  { key, programs, tree }: ValidationWork,
): Promise<ValidationJobData> {
  if (exchange === null) throw new TypeError('There is no exchange');
  return {
    kind: 'validations',
    base: await exchange.publish({ key, part: 'base' }, tree),
    programs: programs.map(({ argv, folder, watchdogs }) => ({
      argv: [...argv],
      folder: folder ?? null,
      watchdogs: JSON.parse(JSON.stringify(watchdogs)),
    })),
  };
}
