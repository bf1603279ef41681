import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Repository, repository } from './repository.ts';
import { told, troupe } from './shell.ts';
import { spawnTroupe } from './spawned.ts';

const action = (name: string, command: string, more = '') => `name: local/${name}
description: ${name}
executionActor: { kind: command, argv: [sh, -c, ${JSON.stringify(command)}] }
${more}`;

let project: Repository;
beforeAll(() => {
  project = repository();
  project.write('fails.yaml', action('fails', 'echo half > made.txt; exit 3'));
  project.write('nothing.yaml', action('nothing', 'exit 3'));
  project.write(
    'endless.yaml',
    action('endless', 'echo half > made.txt; echo x > $HOME/reached; while [ -e $HOME ]; do sleep 0.1; done'),
  );
  project.write(
    'slow.yaml',
    `name: local/slow
description: slow
executionActor: { kind: command, argv: [sh, -c, "echo half > made.txt; while [ -e $HOME ]; do sleep 0.1; done"], watchdogs: { totalSeconds: 1 } }
`,
  );
});
afterAll(() => project.remove());

test('plan diff shows what was made before a failure, and after the plan was cancelled then [R194]', async () => {
  expect((await troupe(project, ['run', '-f', 'fails.yaml'])).code).not.toBe(0);
  expect((await troupe(project, ['plan', 'diff'])).out).toContain('+half');
  expect(await troupe(project, ['plan', 'cancel', '--yes'])).toMatchObject({ code: 0 });
  expect((await troupe(project, ['plan', 'diff', '--stat'])).out).toContain('made.txt');
  expect((await told(project, ['plan', 'diff'])).data.files).toMatchObject([{ path: 'made.txt', operation: 'added' }]);
});

test('plan diff shows what an agent had made that ran out of time [R194]', async () => {
  const { err } = await troupe(project, ['run', '-f', 'slow.yaml']);
  expect(err).toContain('TIMED_OUT');
  expect((await troupe(project, ['plan', 'diff'])).out).toContain('+half');
});

test('plan diff shows what was made before the process was killed [R194]', async () => {
  const running = spawnTroupe(project, ['run', '-f', 'endless.yaml']);
  while (!existsSync(join(project.env.HOME ?? '', 'reached'))) await new Promise(resolve => setImmediate(resolve));
  running.child.kill('SIGKILL');
  await running.ended;
  expect((await troupe(project, ['plan', 'diff'])).out).toContain('+half');
  expect((await told(project, ['plan', 'status'])).data.plan).toMatchObject({ state: 'processing' });
  await troupe(project, ['plan', 'cancel', '--yes']);
}, 60_000);

test('an empty diff says in one sentence why it is empty, beside the diff [R194]', async () => {
  await troupe(project, ['plan', 'use', '-f', 'nothing.yaml', '--no-start']);
  const said = async (...words: string[]) => {
    const { out, err, code } = await troupe(project, ['plan', 'diff', ...words]);
    expect([out, code]).toEqual(['', 0]);
    return err;
  };
  expect(await said()).toBe('No changes: it was not executed yet.\n');
  await troupe(project, ['plan', 'execute']);
  expect(await said()).toMatch(/^No changes: execute failed before it changed a file \(AGENT_FAILED: .*\)\.\n$/);
  expect(await said('src', 'docs')).toBe('No changes in src, docs.\n');
  expect((await told(project, ['plan', 'diff'])).messages).toMatchObject([
    { text: expect.stringMatching(/^No changes/) },
  ]);
  await troupe(project, ['plan', 'cancel', '--yes']);
  expect(await said()).toBe('No changes: the plan was cancelled before it changed a file.\n');
});
