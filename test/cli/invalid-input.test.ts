import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CommandResult, runTroupe, runTroupeJson } from './run-command.ts';
import { conflictAction, greetAction } from './sample-actions.ts';
import { createEmptyFolder, createRepository, type TestRepository } from './test-repository.ts';

/** Each mistake is reported as one error with a code, a position and a next command, and no data is lost. */
describe('invalid input', () => {
  let project: TestRepository;
  beforeEach(() => {
    project = createRepository();
    project.write('greet.yaml', greetAction);
  });
  afterEach(() => project.remove());

  function expectReported(
    { err, out, code }: CommandResult,
    expected: { code: number; error: string; at: string | RegExp; tries: string | RegExp },
  ) {
    expect(err.match(/^error\[/gm), err).toHaveLength(1);
    expect(err).toContain(`error[${expected.error}]`);
    expect(/^ {2}at (.*)$/m.exec(err)?.[1] ?? '').toMatch(expected.at);
    expect([...err.matchAll(/^ {2}try: (.*)$/gm)].map(([, hint]) => hint).join('\n')).toMatch(expected.tries);
    expect(code).toBe(expected.code);
    return out;
  }

  const run = (file: string, text: string) => {
    project.write(file, text);
    return runTroupe(project, ['run', '-f', file]);
  };

  test('[R65] an unknown key is reported with its line and a similar key', async () => {
    const typed = await run('typo.yaml', `${greetAction}invarants: []\n`);
    expectReported(typed, { code: 2, error: 'UNKNOWN_KEY', at: /^typo\.yaml:\d+:1$/, tries: /troupe help action/ });
    expect(await runTroupeJson(project, ['plan', 'list', '--all'])).toMatchObject({ data: { plans: [] } });
  });

  test('text that is not YAML is reported', async () => {
    expectReported(await run('bad.yaml', 'name: [a\nb: c'), {
      code: 2,
      error: 'INVALID_ACTION',
      at: /^bad\.yaml:2:/,
      tries: '',
    });
  });

  test('a missing file is reported', async () => {
    const typed = await runTroupe(project, ['run', '-f', 'nowhere.yaml']);
    expectReported(typed, {
      code: 2,
      error: 'FILE_NOT_FOUND',
      at: join(project.folder, 'nowhere.yaml'),
      tries: /troupe init/,
    });
  });

  test('an unknown plan is reported', async () => {
    const typed = await runTroupe(project, ['plan', 'status', '7Q3K2M9P']);
    expectReported(typed, { code: 2, error: 'UNKNOWN_PLAN', at: '7Q3K2M9P', tries: /troupe plan list --all/ });
  });

  test('an unknown action is reported', async () => {
    const typed = await runTroupe(project, ['run', '--action', 'local/renmae']);
    expectReported(typed, { code: 2, error: 'UNKNOWN_ACTION', at: /renmae/, tries: /troupe action list/ });
  });

  test('an unknown profile is reported', async () => {
    const typed = await runTroupe(project, ['run', '-f', 'greet.yaml', '--profile', 'bold']);
    expectReported(typed, { code: 2, error: 'UNKNOWN_PROFILE', at: 'bold', tries: /troupe/ });
  });

  test('an unknown or malformed argument of the action is reported', async () => {
    const strange = await runTroupe(project, ['run', '-f', 'greet.yaml', '--arg', 'whom=Ada']);
    expectReported(strange, { code: 2, error: 'INVALID_ARGUMENT', at: 'whom', tries: /troupe help action/ });
    const broken = await runTroupe(project, ['run', '-f', 'greet.yaml', '--arg', 'who']);
    expectReported(broken, { code: 2, error: 'USAGE', at: '--arg', tries: /troupe help run/ });
  });

  test('an environment variable that is not set is reported', async () => {
    const typed = await runTroupe(project, ['run', '-f', 'greet.yaml', '--env', 'TOKEN']);
    expectReported(typed, { code: 2, error: 'USAGE', at: '--env TOKEN', tries: /troupe help run/ });
  });

  test('a missing or a second action is reported', async () => {
    const none = await runTroupe(project, ['run']);
    expect(none).toMatchObject({
      code: 2,
      err: expect.stringMatching(/Say what to do[\s\S]*try: troupe action list/),
    });
    expect(await runTroupe(project, ['run', '-f', 'greet.yaml', '--action', 'greet'])).toMatchObject({ code: 2 });
  });

  test('two targets at once are reported', async () => {
    const typed = await runTroupe(project, ['run', '-f', 'greet.yaml', '--branch', 'b', '--patch', 'p']);
    expect(typed).toMatchObject({ code: 2, err: expect.stringContaining('one place') });
  });

  test('a folder that is not a project is reported', async () => {
    const folder = createEmptyFolder();
    try {
      const typed = await runTroupe(folder, ['plan', 'list']);
      expectReported(typed, { code: 2, error: 'NOT_A_PROJECT', at: folder.folder, tries: /git init/ });
    } finally {
      folder.remove();
    }
  });

  test('a repository without a commit is reported', async () => {
    const folder = createEmptyFolder();
    try {
      folder.git('init', '-q');
      folder.write('greet.yaml', greetAction);
      const typed = await runTroupe(folder, ['run', '-f', 'greet.yaml']);
      expectReported(typed, { code: 2, error: 'NO_COMMITS', at: /./, tries: /git commit/ });
    } finally {
      folder.remove();
    }
  });

  test('a detached HEAD does not stop the plan, which is applied to a branch on request', async () => {
    project.git('checkout', '-q', '--detach');
    expect(await runTroupe(project, ['run', '-f', 'greet.yaml'])).toMatchObject({ code: 0 });
    const typed = await runTroupe(project, ['plan', 'apply', '--yes']);
    expectReported(typed, { code: 2, error: 'DETACHED_HEAD', at: /./, tries: /--branch/ });
    expect(await runTroupe(project, ['plan', 'apply', '--yes', '--branch', 'kept'])).toMatchObject({ code: 0 });
    expect(project.git('show', 'kept:hello.txt')).toBe('hello\n');
  });

  test('an untracked file in the way fails the apply with hints, and is not changed', async () => {
    await runTroupe(project, ['run', '-f', 'greet.yaml']);
    const head = project.git('rev-parse', 'HEAD');
    writeFileSync(join(project.folder, 'hello.txt'), 'mine\n');
    const typed = await runTroupe(project, ['plan', 'apply', '--yes']);
    expectReported(typed, { code: 2, error: 'DIRTY_CHECKOUT', at: /./, tries: /--branch[\s\S]*--patch/ });
    expect(readFileSync(join(project.folder, 'hello.txt'), 'utf8')).toBe('mine\n');
    expect(project.git('rev-parse', 'HEAD')).toBe(head);
    expect(await runTroupe(project, ['plan', 'apply', '--yes', '--branch', 'kept'])).toMatchObject({ code: 0 });
  });

  test('a binary file that both sides change is a conflict', async () => {
    project.write('a.txt', 'one\u0000\u0001\n');
    project.git('commit', '-q', '-a', '-m', 'binary');
    const bytes = conflictAction.replace('left\\n', 'left\\0').replace('right\\n', 'right\\0');
    const typed = await run('quarrel.yaml', bytes);
    expectReported(typed, { code: 5, error: 'MERGE_CONFLICT', at: /plan/, tries: /^troupe plan conflicts \w{8} / });
    expect((await runTroupe(project, ['plan', 'conflicts'])).out).toMatch(/^a\.txt {2}binary {2}open$/m);
    expect(await runTroupe(project, ['plan', 'resolve', 'a.txt', '--take', 'theirs'])).toMatchObject({ code: 0 });
  });

  test('a program that does not exist is reported before anything runs', async () => {
    const typed = await run(
      'lost.yaml',
      'name: lost\ndescription: Lost\nexecutionActor: { kind: command, argv: [no-such-program] }\n',
    );
    expect(typed.err).toContain('no-such-program');
    expectReported(typed, { code: 4, error: 'AGENT_UNAVAILABLE', at: /plan/, tries: /troupe plan execute/ });
  });

  test('a dependency cycle among subplans is rejected before anything runs', async () => {
    const step = (key: string, on: string) =>
      `{ subplan: { key: ${key}, goal: ${key}, resourceScopes: [${key}], dependsOn: [${on}], executionActor: { kind: steps, steps: [] } } }`;
    const typed = await run(
      'cycle.yaml',
      `name: cycle\ndescription: Round\nsubplans: { executionMode: dependencyOrdered }\nstrategyActor: { kind: steps, steps: [${step('a', 'b')}, ${step('b', 'a')}] }\nexecutionActor: { kind: steps, steps: [] }\n`,
    );
    expect(typed.err).toContain('a → b → a');
    expectReported(typed, { code: 2, error: 'DEPENDENCY_CYCLE', at: /plan/, tries: /troupe plan cancel/ });
  });
});
