/** What happens when the server announces the end of a job before the last messages about it. */
import { expect, test } from 'vitest';
import type { FromWorker } from '../../../src/adapters/queue/messages.ts';
import type { DispatchContext } from '../../../src/adapters/queue/owner/dispatch-context.ts';
import { dispatchValidations } from '../../../src/adapters/queue/owner/dispatch-validations.ts';
import type { BoardJob } from '../../../src/adapters/queue/owner/open-job.ts';
import type { ValidationWork } from '../../../src/ports/dispatcher.ts';
import type { ProcessResult } from '../../../src/ports/process.ts';
import { planSpec } from '../../fixtures.ts';

const exited: ProcessResult = { outcome: 'exited', exitCode: 0, durationMs: 1, digest: '', tail: '' };

test('a validation ends after its last line, though its job ended before that line arrived [R271]', async () => {
  let job: BoardJob | undefined;
  const board = {
    run: async (given: BoardJob) => {
      job = given;
      const result = { value: [exited], tree: null, reports: 2, calls: 0, inbox: 'mine' };
      await given.onResult(result);
      return result;
    },
  };
  const events: string[] = [];
  const work: ValidationWork = {
    key: 'k',
    plan: planSpec(),
    programs: [
      {
        argv: ['true'],
        env: {},
        watchdogs: { totalSeconds: 1, idleSeconds: 1, graceSeconds: 1 },
        processTag: 't',
        onStart: () => events.push('started'),
        onLine: line => events.push(line),
      },
    ],
    tree: 'tree',
    signal: new AbortController().signal,
    place: () => Promise.reject(new Error('a worker has the folder')),
    onWait: () => undefined,
  };
  const running = dispatchValidations({ board, labels: [], forget() {} } as unknown as DispatchContext, work);
  const ended = running.result(0).then(() => events.push('ended'));
  const from = { job: 'j', attempt: 1, worker: 'w', type: 'report' } as const;
  const messages: FromWorker[] = [
    { ...from, n: 1, report: { type: 'start', at: 0 } },
    { ...from, n: 2, report: { type: 'line', at: 0, line: 'the last line' } },
  ];
  await expect.poll(() => job).toBeDefined();
  for (const message of messages) job?.onMessage(message);
  await ended;
  expect(events).toEqual(['started', 'the last line', 'ended']);
});
