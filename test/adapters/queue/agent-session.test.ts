import { expect, test } from 'vitest';
import type { FromWorker, Published, TaskRequest, ToWorker } from '../../../src/adapters/queue/messages.ts';
import { createAgentSession } from '../../../src/adapters/queue/owner/agent-session.ts';
import type { SessionFiles } from '../../../src/adapters/queue/owner/session-files.ts';
import type { SessionReports } from '../../../src/adapters/queue/owner/session-reports.ts';
import type { AgentWork } from '../../../src/ports/dispatcher.ts';

/** A session without files, unless they are given, whose task notes what it is asked. */
function sessionWith(more: object = {}, files: SessionFiles | null = null) {
  const sent: [string, ToWorker][] = [];
  const done: string[] = [];
  const task = {
    log: (line: string) => done.push(line),
    call: async (tool: string) => done.push(`call ${tool}`),
    permit: async () => undefined,
    once: (_: string, perform: () => Promise<unknown>) => perform(),
    ask: (_: string, perform: () => Promise<unknown>) => perform(),
    ...more,
  } as unknown as AgentWork['task'];
  const reports = { restart: () => undefined, receive: () => done.push('report') } as unknown as SessionReports;
  const session = createAgentSession({ task, reports, files, send: (worker, message) => sent.push([worker, message]) });
  const from = (attempt: number) => ({ job: 'j', attempt, worker: `w${attempt}` });
  const request = (request: TaskRequest, { id = 1, attempt = 1, isAnswered = false } = {}) =>
    session.receive({ ...from(attempt), type: 'request', id, request, tree: null, isAnswered });
  return { session, sent, done, from, request };
}

const call: TaskRequest = { method: 'call', tool: 'shell', input: {}, foundBy: 'position' };
const reply = (attempt: number, outcome: object, tree: Published | null = null) => [
  `w${attempt}`,
  { job: 'j', attempt, type: 'reply', id: 1, outcome, tree },
];

test('a worker that begins again gets the same answers, and nothing is done twice', async () => {
  const { request, sent, done } = sessionWith();
  request(call);
  await expect.poll(() => sent).toEqual([reply(1, { value: 1 })]);
  request(call, { attempt: 2 });
  expect(sent.at(-1)).toEqual(reply(2, { value: 1 }));
  expect(done).toEqual(['call shell', 'worker w2 begins it again: the one before is gone']);
});

test('a worker that asks for something else than the one before gets its own answer', async () => {
  const { request, sent, done } = sessionWith();
  request(call);
  await expect.poll(() => sent.length).toBe(1);
  request({ ...call, tool: 'read' }, { attempt: 2 });
  await expect.poll(() => sent.length).toBe(2);
  expect(done).toContain('call read');
});

test('a worker whose attempt was replaced is stopped', () => {
  const { request, sent } = sessionWith();
  request({ method: 'once', name: 'a' }, { attempt: 2 });
  request(call, { attempt: 1 });
  expect(sent.at(-1)).toEqual(['w1', { type: 'stop', job: 'j', attempt: 1 }]);
});

test.each<[string, object, object]>([
  ['result', { value: 'done' }, { value: 'done' }],
  [
    'error',
    { error: { code: 'CANCELLED', category: 'x', message: 'no', hints: [], retriable: false } },
    { error: expect.objectContaining({ code: 'CANCELLED', message: 'no' }) },
  ],
])('work that is done once on a worker ends with its %s, also when a second worker did it', async (_, outcome, answer) => {
  const { session, from, request, sent } = sessionWith();
  const once: TaskRequest = { method: 'once', name: 'a' };
  const perform = (attempt: number) => [`w${attempt}`, { job: 'j', attempt, type: 'perform', id: 1 }];
  request(once);
  await expect.poll(() => sent).toEqual([perform(1)]);
  request(once, { attempt: 2 });
  expect(sent.at(-1)).toEqual(perform(2));
  session.receive({ ...from(2), type: 'performed', id: 1, outcome, tree: null } as FromWorker);
  await expect.poll(() => sent.at(-1)).toEqual(reply(2, answer));
});

test('a result that was not asked for changes nothing', () => {
  const { session, from, sent } = sessionWith();
  session.receive({ ...from(1), type: 'performed', id: 5, outcome: { value: 1 }, tree: null });
  expect(sent).toEqual([]);
});

test('a worker that asks again while its question is open waits for the one answer', async () => {
  let answer: (value: string) => void = () => undefined;
  const permit = () => new Promise<string>(resolve => (answer = resolve));
  const { request, sent } = sessionWith({ permit });
  const asking: TaskRequest = { method: 'permit', tool: 'shell', input: {} };
  request(asking);
  request(asking);
  answer('yes');
  await expect.poll(() => sent).toEqual([reply(1, { value: 'yes' })]);
});

test('a refusal of the task and a failure of its files are answers too', async () => {
  const refuse = () => Promise.reject(new Error('not allowed'));
  const refused = sessionWith({ call: refuse });
  refused.request(call);
  await expect.poll(() => refused.sent[0]?.[1]).toMatchObject({ outcome: { error: { message: 'not allowed' } } });
  const broken = sessionWith(
    {},
    { adopt: () => Promise.reject(new Error('no exchange')), publish: () => Promise.reject(new Error('unused')) },
  );
  broken.request(call);
  await expect.poll(() => broken.sent[0]?.[1]).toMatchObject({ outcome: { error: { message: 'no exchange' } } });
});

test('a call is answered with the files after it, and a question without files', async () => {
  const tree = { tree: 'after' } as unknown as Published;
  const files: SessionFiles = { adopt: async () => undefined, publish: async () => tree };
  const called = sessionWith({}, files);
  called.request(call);
  await expect.poll(() => called.sent).toEqual([reply(1, { value: 1 }, tree)]);
  const asked = sessionWith({}, files);
  asked.request({ method: 'permit', tool: 'shell', input: {} });
  await expect.poll(() => asked.sent).toEqual([reply(1, { value: null }, null)]);
});

test('a restart is answered, with and without a conversation of the agent', async () => {
  const without = sessionWith();
  without.request({ method: 'restart' }, { isAnswered: true });
  await without.session.repeated();
  expect(without.sent).toEqual([reply(1, { value: null })]);
  const restarted = sessionWith({ session: { restart: async () => 'again' } });
  restarted.request({ method: 'restart' });
  await expect.poll(() => restarted.sent).toEqual([reply(1, { value: 'again' })]);
});
