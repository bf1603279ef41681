import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { spawnTroupe } from './spawn-troupe.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

const action = (name: string, command: string, more = '') => `name: local/${name}
description: ${name}
executionActor: { kind: command, argv: [sh, -c, ${JSON.stringify(command)}] }
${more}`;

let project: TestRepository;
beforeAll(() => {
  project = createRepository();
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

test('plan diff shows the changes made before a failure, also after the plan is cancelled [R194]', async () => {
  expect((await runTroupe(project, ['run', '-f', 'fails.yaml'])).code).not.toBe(0);
  expect((await runTroupe(project, ['plan', 'diff'])).out).toContain('+half');
  expect(await runTroupe(project, ['plan', 'cancel', '--yes'])).toMatchObject({ code: 0 });
  expect((await runTroupe(project, ['plan', 'diff', '--stat'])).out).toContain('made.txt');
  expect((await runTroupeJson(project, ['plan', 'diff'])).data.files).toMatchObject([
    { path: 'made.txt', operation: 'added' },
  ]);
});

test('plan diff shows the changes of an agent that timed out [R194]', async () => {
  const { err } = await runTroupe(project, ['run', '-f', 'slow.yaml']);
  expect(err).toContain('TIMED_OUT');
  expect((await runTroupe(project, ['plan', 'diff'])).out).toContain('+half');
});

test('plan diff shows the changes made before the process was killed [R194]', async () => {
  const running = spawnTroupe(project, ['run', '-f', 'endless.yaml']);
  while (!existsSync(join(project.env.HOME ?? '', 'reached'))) await new Promise(resolve => setImmediate(resolve));
  running.child.kill('SIGKILL');
  await running.exited;
  expect((await runTroupe(project, ['plan', 'diff'])).out).toContain('+half');
  expect((await runTroupeJson(project, ['plan', 'status'])).data.plan).toMatchObject({ state: 'processing' });
  await runTroupe(project, ['plan', 'cancel', '--yes']);
}, 60_000);

test('an empty diff comes with one sentence that explains why it is empty [R194]', async () => {
  await runTroupe(project, ['plan', 'use', '-f', 'nothing.yaml', '--no-start']);
  const reasonOf = async (...words: string[]) => {
    const { out, err, code } = await runTroupe(project, ['plan', 'diff', ...words]);
    expect([out, code]).toEqual(['', 0]);
    return err;
  };
  expect(await reasonOf()).toBe('No changes: it was not executed yet.\n');
  await runTroupe(project, ['plan', 'execute']);
  expect(await reasonOf()).toMatch(/^No changes: execute failed before it changed a file \(AGENT_FAILED: .*\)\.\n$/);
  expect(await reasonOf('src', 'docs')).toBe('No changes in src, docs.\n');
  expect((await runTroupeJson(project, ['plan', 'diff'])).messages).toMatchObject([
    { text: expect.stringMatching(/^No changes/) },
  ]);
  await runTroupe(project, ['plan', 'cancel', '--yes']);
  expect(await reasonOf()).toBe('No changes: the plan was cancelled before it changed a file.\n');
});

describe('The changes of a result', () => {
  beforeAll(async () => {
    project.write('two.yaml', action('two', 'mkdir -p src; echo a > src/a.txt; echo b > b.txt'));
    expect((await runTroupe(project, ['run', '-f', 'two.yaml'])).code).toBe(0);
  });
  const diff = (...words: string[]) => runTroupe(project, ['plan', 'diff', ...words]);

  test('can be listed by name, limited to paths, and reported by the exit code', async () => {
    expect((await diff('--name-only')).out).toBe('b.txt\nsrc/a.txt\n');
    expect((await diff('--name-only', 'src')).out).toBe('src/a.txt\n');
    expect(await diff('--detailed-exitcode', 'b.txt')).toMatchObject({ code: 2, out: expect.stringContaining('+b') });
    expect((await diff('--detailed-exitcode', 'none.txt')).code).toBe(0);
    expect((await runTroupeJson(project, ['plan', 'diff', '--name-only'])).data).toMatchObject({ diff: null });
  });

  test('are limited to two paths that look like ids but name no plan', async () => {
    expect(await diff('ABCDEF', 'BCDEFG')).toMatchObject({ code: 0, out: '', err: expect.stringContaining('ABCDEF') });
  });

  test('have no attempts unless the plan made several, and no values that were merged beside others', async () => {
    expect(await diff('--attempt', '2')).toMatchObject({
      code: 2,
      err: expect.stringContaining('There is no attempt 2; the plan has 0 attempts'),
    });
    expect((await diff('--merged-adjacent')).out).toContain('No values were merged beside values');
  });

  test('are shown on a terminal without control characters, and unchanged in a pipe', async () => {
    project.write('control.yaml', action('control', "printf 'x\\033[2Jy\\n' > made.txt"));
    expect((await runTroupe(project, ['run', '-f', 'control.yaml'])).code).toBe(0);
    expect((await diff()).out).toContain('+x\u001b[2Jy');
    const shown = await runTroupe(project, ['plan', 'diff', '--color', 'never'], { tty: true });
    expect(shown.out).not.toContain('\u001b[2J');
    expect(shown.out).toContain('+x');
  });
});
