/** What the owner does with the reports of a worker: each is taken once, whatever attempt or order it comes in. */
import { expect, test } from 'vitest';
import type { FromWorker, Report } from '../../../src/adapters/queue/messages.ts';
import { createSessionReports } from '../../../src/adapters/queue/owner/session-reports.ts';
import { createValidationSession } from '../../../src/adapters/queue/owner/validation-session.ts';
import type { AgentWork } from '../../../src/ports/dispatcher.ts';
import type { ProcessResult } from '../../../src/ports/process.ts';

const from = { job: 'j', attempt: 1, worker: 'w', type: 'report' } as const;
const usage = (inputTokens: number) => ({ inputTokens }) as Parameters<AgentWork['task']['reportUsage']>[0];

function agentReports({ repeatsUsage = true, hasSession = true } = {}) {
  const events: string[] = [];
  const session = {
    last: null,
    keep: async (id: string) => void events.push(`keep ${id}`),
    restart: async () => void events.push('restart'),
  };
  const task = {
    log: (line: string) => events.push(`log ${line}`),
    logOutput: (line: string) => events.push(`output ${line}`),
    reportUsage: ({ inputTokens }: { inputTokens: number }) => events.push(`usage ${inputTokens}`),
    session: hasSession ? session : null,
  } as unknown as AgentWork['task'];
  const reports = createSessionReports(task, repeatsUsage);
  const receive = (...all: [n: number, report: Report][]) => {
    for (const [n, report] of all) reports.receive({ ...from, n, report });
  };
  return { events, reports, receive };
}

test('each kind of report reaches the task once', () => {
  const { events, receive } = agentReports();
  receive([1, { type: 'log', line: 'a' }], [2, { type: 'output', line: 'b' }], [2, { type: 'output', line: 'b' }]);
  receive([3, { type: 'session', id: 's', given: [] }], [4, { type: 'usage', usage: usage(7) }]);
  receive([5, { type: 'line', at: 0, line: 'of a validation' }]);
  expect(events).toEqual(['log a', 'output b', 'keep s', 'usage 7']);
});

test.each([
  [true, ['usage 1', 'usage 2', 'usage 3']],
  [false, ['usage 1', 'usage 2', 'usage 1', 'usage 2', 'usage 3']],
])('another attempt reports usage again; counted once when the agent repeats it: %s', (repeatsUsage, expected) => {
  const { events, reports, receive } = agentReports({ repeatsUsage });
  const uses = [1, 2, 3].map((each): [number, Report] => [each, { type: 'usage', usage: usage(each) }]);
  receive(...uses.slice(0, 2));
  reports.restart();
  receive(...uses);
  expect(events).toEqual(expected);
});

test('another attempt begins a new session only if the one before had one', () => {
  const { events, reports, receive } = agentReports();
  reports.restart();
  expect(events).toEqual([]);
  receive([1, { type: 'session', id: 's', given: [] }]);
  reports.restart();
  reports.restart();
  expect(events).toEqual(['keep s', 'restart']);
});

test('the session of an agent that keeps none is left out', () => {
  const { events, reports, receive } = agentReports({ hasSession: false });
  receive([1, { type: 'session', id: 's', given: [] }]);
  reports.restart();
  expect(events).toEqual([]);
});

const exited: ProcessResult = { outcome: 'exited', exitCode: 0, durationMs: 1, digest: '', tail: '' };

function validations() {
  const events: string[] = [];
  const sent: unknown[] = [];
  const program = {
    argv: ['true'],
    env: {},
    watchdogs: { totalSeconds: 1, idleSeconds: 1, graceSeconds: 1 },
    processTag: 't',
    onStart: () => events.push('start'),
    onLine: (line: string) => events.push(line),
  };
  const session = createValidationSession({ programs: [program] }, (worker, message) =>
    sent.push({ to: worker, ...message }),
  );
  const receive = (message: Partial<Extract<FromWorker, { type: 'report' }>>) =>
    session.receive({ ...from, n: 1, report: { type: 'start', at: 0 }, ...message });
  return { events, sent, session, receive };
}

test('validations take each report of the latest attempt once, and an earlier attempt is stopped', async () => {
  const { events, sent, session, receive } = validations();
  receive({ attempt: 2 });
  receive({ attempt: 2 });
  receive({ attempt: 1, n: 2, report: { type: 'line', at: 0, line: 'of the attempt before' } });
  expect(sent).toEqual([expect.objectContaining({ to: 'w', type: 'stop', job: 'j', attempt: 1 })]);
  receive({ attempt: 3, report: { type: 'line', at: 0, line: 'one' } });
  expect(events).toEqual(['start', 'one']);
  receive({ attempt: 3, n: 2, report: { type: 'result', at: 0, result: exited } });
  expect(await session.result(0)).toEqual(exited);
});

test('validations ignore what only agents send, and reports of a validation that does not exist', async () => {
  const { events, sent, session, receive } = validations();
  receive({ report: { type: 'log', line: 'of an agent' } });
  receive({ n: 2, report: { type: 'line', at: 1, line: 'of another' } });
  session.receive({ ...from, type: 'performed', id: 1, outcome: { value: null }, tree: null } as unknown as FromWorker);
  expect([events, sent]).toEqual([[], []]);
  await expect(session.result(1)).rejects.toThrow('There is no validation 1');
});

test('validations that fail reject with the reason', async () => {
  const { session } = validations();
  const result = session.result(0);
  session.fail(new Error('lost'));
  await expect(result).rejects.toThrow('lost');
});
