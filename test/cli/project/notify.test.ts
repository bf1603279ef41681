/** The user's program for notifications: what it receives, and how often. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type NotifyOptions, startNotifications } from '../../../src/cli/project/notify.ts';
import { createTestProject } from '../../runtime/test-project.ts';
import { runTroupe } from '../run-command.ts';
import { createRepository, type TestRepository } from '../test-repository.ts';

let project: TestRepository;
beforeEach(() => {
  project = createRepository();
});
afterEach(() => project.remove());

const callsFile = () => join(project.env.HOME ?? '', 'heard');
/** Each call writes its sentence and its message, one line each. */
const hear = (more = '') => {
  const program = 'echo "$1" >> "$0"; cat >> "$0"; echo >> "$0"';
  configure(`{ command: [sh, -c, ${JSON.stringify(program)}, ${JSON.stringify(callsFile())}]${more} }`);
};
const configure = (notify: string) => {
  const file = join(project.env.HOME ?? '', '.config/troupe/config.yaml');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `notify: ${notify}\n`);
};
const calls = () => (existsSync(callsFile()) ? readFileSync(callsFile(), 'utf8').trimEnd().split('\n') : []);
const action = (executor: string, more = '') =>
  project.write('work.yaml', `name: local/work\ndescription: Work\nexecutionActor: ${executor}\n${more}`);
const writes = '{ kind: steps, steps: [{ write: { path: one.txt, content: "1\\n" } }] }';

test('a result that waits for review is notified once, with the plan and its state; applying it is not [R150]', async () => {
  hear();
  action(writes);
  const { code } = await runTroupe(project, ['run', '-f', 'work.yaml']);
  expect(code).toBe(0);
  const [sentence, message = ''] = calls();
  expect(sentence).toBe('Work: done');
  expect(JSON.parse(message)).toEqual([
    { plan_id: expect.stringMatching(/^[0-9A-Z]{26}$/), state: 'done', goal: 'Work' },
  ]);

  await runTroupe(project, ['plan', 'list']);
  await runTroupe(project, ['plan', 'apply', '--yes']);
  expect(calls()).toHaveLength(2);
});

test('a plan that is applied automatically is notified when it is done', async () => {
  hear();
  action(writes);
  expect((await runTroupe(project, ['run', '-f', 'work.yaml', '--apply', '--yes'])).code).toBe(0);
  expect(calls()[0]).toBe('Work: done');
  expect(calls()).toHaveLength(2);
});

test('a failed plan is notified, unless only other needs are configured', async () => {
  action('{ kind: command, argv: ["false"] }', 'subplans: { retryFailed: false }\n');
  hear(', on: [conflict]');
  await runTroupe(project, ['run', '-f', 'work.yaml']);
  expect(calls()).toEqual([]);
  hear();
  await runTroupe(project, ['run', '-f', 'work.yaml']);
  expect(calls()[0]).toBe('Work: failed');
});

test.each([
  ['{ command: [sh, -c, exit 3] }', 'notify: sh ended with 3'],
  [String.raw`{ command: [sh, "\0"] }`, 'notify: sh does not start: '],
])('a program that fails is reported, and does not affect the plan: %s', async (notify, warning) => {
  configure(notify);
  action(writes);
  const { code, err } = await runTroupe(project, ['run', '-f', 'work.yaml']);
  expect(code).toBe(0);
  expect(err).toContain(warning);
});

test('a long goal is shortened in the sentence, and complete on standard input', async () => {
  hear();
  const goal = `One\u0000\nline and ${'more '.repeat(100)}`;
  project.write('work.yaml', `name: local/work\ndescription: ${JSON.stringify(goal)}\nexecutionActor: ${writes}\n`);
  expect((await runTroupe(project, ['run', '-f', 'work.yaml'])).code).toBe(0);
  const [sentence = '', json = ''] = calls();
  expect(sentence).toMatch(/^One line and (more )+.*…: done$/);
  expect(sentence).toHaveLength(80 + ': done'.length);
  expect(JSON.parse(json)).toMatchObject([{ goal }]);
});

/** Two plans that finish one after the other, within one notification interval. */
async function twoPlans(options: Partial<NotifyOptions> = {}) {
  const sentences: string[] = [];
  const { troupe } = await createTestProject();
  await troupe.actions.create({ name: 'play', description: 'Play', executionActor: 'player' });
  const notices = await startNotifications({
    troupe,
    notify: { command: ['program'], on: ['done'] },
    io: {
      async notify(argv) {
        sentences.push(argv.join(' '));
        return 0;
      },
      async post(url, body) {
        sentences.push(`${url} ${body}`);
        return url.endsWith('/gone') ? 410 : 204;
      },
    },
    owns: () => true,
    warn: text => sentences.push(text),
    signal: new AbortController().signal,
    paceMs: 3_600_000,
    ...options,
  });
  for (let count = 0; count < 2; count++) {
    const plan = await troupe.use({ action: 'play' });
    await plan.execute();
    await plan.waitUntilIdle();
  }
  await notices[Symbol.asyncDispose]();
  return sentences;
}

test('several notifications close together are sent in one call [R150]', async () => {
  expect(await twoPlans()).toEqual(['program Play: done, and 1 more']);
});

test('a webhook gets the same by POST, several close together in one request; a bad response is warned about once [R150]', async () => {
  const webhook = 'https://chat.example/hook';
  const bodies = await twoPlans({ notify: { webhook, on: ['done'] } });
  expect(bodies).toHaveLength(1);
  expect(bodies[0]).toMatch(
    /^https:\/\/chat\.example\/hook \[\{.*"state":"done","goal":"Play"\},\{.*"goal":"Play"\}\]$/,
  );
  const both = await twoPlans({ notify: { command: ['program'], webhook: `${webhook}/gone`, on: ['done'] } });
  expect(both.map(each => each.split(' ')[0])).toEqual(['program', `${webhook}/gone`, 'notify:']);
  expect(both.at(-1)).toBe('notify: chat.example answered 410');
});

test.each([
  ['needs-approval', 6, writes, 'approvals: { execute: { writeFiles: ask } }\n'],
  ['failed', 1, '{ kind: command, argv: ["false"] }', ''],
  ['done', 0, writes, ''],
  [
    'conflict',
    5,
    '{ kind: steps, steps: [] }',
    `strategyActor:
  kind: steps
  steps:
    - subplan: { goal: left, resourceScopes: [a.txt], executionActor: { kind: steps, steps: [{ write: { path: a.txt, content: left } }] } }
    - subplan: { goal: right, resourceScopes: [a.txt], executionActor: { kind: steps, steps: [{ write: { path: a.txt, content: right } }] } }
`,
  ],
])('a plan that comes to %s exits with %i, and is reported in one call [R150]', async (state, exitCode, executor, more) => {
  hear();
  action(executor, more);
  expect((await runTroupe(project, ['run', '-f', 'work.yaml', '--no-input'])).code).toBe(exitCode);
  const [sentence, json = '', ...others] = calls();
  expect(sentence).toBe(`Work: ${state}`);
  expect([(JSON.parse(json) as { state: string }[]).map(each => each.state), others]).toEqual([[state], []]);
});

test('a process that does not own the store, or is about to end, notifies of nothing', async () => {
  expect(await twoPlans({ owns: () => false })).toEqual([]);
  expect(await twoPlans({ signal: AbortSignal.abort() })).toEqual([]);
});
