import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkNode, parseGitVersion } from '../../src/cli/doctor/tools.ts';
import type { Io } from '../../src/cli/io.ts';
import { main } from '../../src/cli/main.ts';
import { Envelope } from '../../src/cli/output/envelope.ts';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { greetAction } from './sample-actions.ts';
import { createEmptyFolder, createRepository, type TestRepository } from './test-repository.ts';
import { createTerminal } from './test-terminal.ts';

describe('help', () => {
  const help = async (...words: string[]) => {
    const io = createTerminal();
    return { code: await main(['help', ...words], io), out: io.out(), err: io.err() };
  };

  test('covers the program, a group of commands, and one command', async () => {
    expect((await help()).out).toContain('troupe run -f troupe/hello.yaml');
    expect((await help('plan')).out).toContain('Work on plans.');
    expect((await help('plan', 'apply')).out).toContain('--dry-run');
    expect(await help('plan', 'aply')).toMatchObject({
      code: 2,
      err: expect.stringContaining('no help for "plan aply"'),
    });
    const io = createTerminal();
    expect(await main([], io)).toBe(0);
    expect(io.out()).toContain('Commands');
  });

  test('lists the exit codes, with the errors of each', async () => {
    expect((await help('exit-codes')).out).toMatch(/^ {2}6 {4}confirmation required/m);
    const io = createTerminal();
    await main(['help', 'exit-codes', '--json'], io);
    const { data } = Envelope.parse(JSON.parse(io.out()));
    expect(data?.codes).toContainEqual(expect.objectContaining({ code: 9, errors: ['BASE_MOVED', 'TARGET_CHANGED'] }));
  });

  test('lists every key of an action file with type, default, meaning and example', async () => {
    const { out } = await help('action');
    expect(out).toContain('  executionActor  (agent; required)\n      Agent that does the work in Execute');
    expect(out).toContain('  subplans.maxParallel  (integer, 1 to 50; default 5)\n');
    expect(out).toContain(
      '  invariants[].check.max  (integer, at least 0; optional)\n      With kind maxFilesChanged: ',
    );
    expect(out).toContain('      Example: [["npm","run","generate"]]\n');
  });

  test('[R120] prints JSON schemas of the output', async () => {
    const { out } = await help('schema', 'plan', 'status');
    const { envelope, data } = JSON.parse(out);
    expect(envelope.required).toContain('exit_code');
    expect(Object.keys(data.properties)).toEqual(['plan', 'asks', 'summary', 'reason', 'next']);
    expect(JSON.parse((await help('schema')).out)).not.toHaveProperty('data');
    expect((await help('schema', 'nonsense')).code).toBe(2);
  });
});

describe('an unexpected error', () => {
  test('is reported as a bug, with its stack on request', async () => {
    const project = createRepository();
    try {
      const store = join(project.write('file', ''), 'below');
      const terse = await runTroupe(project, ['plan', 'list', '--store', store]);
      expect(terse).toMatchObject({ code: 1, err: expect.stringContaining('error[INTERNAL]') });
      expect(terse.err).not.toMatch(/^ +at .*\.ts/m);
      expect((await runTroupe(project, ['plan', 'list', '--store', store, '-v'])).err).toMatch(
        /ENOTDIR[\s\S]*bug in troupe/,
      );
    } finally {
      project.remove();
    }
  });
});

describe('an invalid command line', () => {
  test('fails with 2, in the requested format', async () => {
    const io = createTerminal();
    expect(await main(['plan', 'aply', '--json'], io)).toBe(2);
    expect(Envelope.parse(JSON.parse(io.out()))).toMatchObject({ status: 'failed', messages: [{ code: 'USAGE' }] });
    expect(io.err()).toContain('try: troupe plan apply');
  });
});

describe('troupe doctor', () => {
  let project: TestRepository;
  beforeEach(() => {
    project = createRepository();
    project.write('greet.yaml', greetAction);
  });
  afterEach(() => project.remove());

  test('reports that everything is fine, and what it found', async () => {
    await runTroupe(project, ['run', '-f', 'greet.yaml']);
    const { data, exit_code } = await runTroupeJson(project, ['doctor']);
    expect(exit_code).toBe(0);
    expect(data.checks).toMatchObject([
      { name: 'node', status: 'ok' },
      { name: 'git', status: 'ok' },
      { name: 'agents', status: 'ok' },
      { name: 'project', status: 'ok', text: expect.stringContaining('branch main') },
      { name: 'owner', status: 'ok', text: 'no process has the store open' },
      { name: 'store', status: 'ok', text: expect.stringMatching(/^\d+ rows of 1 plan, none missing$/) },
      { name: 'plans', status: 'ok', text: expect.stringContaining('1 unfinished plan') },
      { name: 'leftovers', status: 'ok' },
      { name: 'programs', status: 'ok' },
    ]);
    project.git('checkout', '-q', '--detach');
    expect((await runTroupe(project, ['doctor'])).out).toContain('detached at');
  });

  test('reports what is wrong, and checks the rest all the same', async () => {
    const folder = createEmptyFolder();
    try {
      const { code, out, err } = await runTroupe(folder, ['doctor']);
      expect(code).toBe(2);
      expect(out).toMatch(/^ok {4}node/m);
      expect(out).toMatch(/^FAIL {2}project/m);
      expect(err).toContain('error[NOT_A_PROJECT]');
      const blind = await runTroupe(folder, ['doctor'], { env: { PATH: '/nonexistent' } });
      expect(blind.out).toMatch(/^FAIL {2}git +git is not installed/m);
    } finally {
      folder.remove();
    }
  });

  test('repairs a store, and keeps a copy of the old one', async () => {
    await runTroupe(project, ['run', '-f', 'greet.yaml']);
    const { data } = await runTroupeJson(project, ['doctor', '--repair']);
    expect(data).toMatchObject({
      repaired: true,
      checks: expect.arrayContaining([
        expect.objectContaining({ name: 'repair', status: 'ok', text: expect.stringContaining('nothing lost') }),
      ]),
    });
    expect(await runTroupeJson(project, ['plan', 'status'])).toMatchObject({ data: { plan: { state: 'complete' } } });
  });

  test('accepts the oldest supported Node and git, and nothing older', async () => {
    expect(await checkNode('20.19.0')).toMatchObject({ status: 'ok' });
    expect(await checkNode('22.0.0')).toMatchObject({ status: 'ok' });
    expect(await checkNode('20.18.9')).toMatchObject({ status: 'failed', error: { code: 'PREFLIGHT_FAILED' } });
    expect(parseGitVersion('git version 2.39.5')).toBe('2.39.5');
    expect(parseGitVersion('git version 3.0')).toBe('3.0');
    expect(() => parseGitVersion('git version 2.37.1')).toThrow('too old');
    expect(() => parseGitVersion('nonsense')).toThrow('too old');
  });
});

describe('a command without a signal handler', () => {
  test('ends on a signal with the exit code of the shell', async () => {
    const project = createRepository();
    try {
      const io = createTerminal({ cwd: project.folder, env: project.env });
      const impatient: Io = {
        ...io,
        onSignal(listener) {
          queueMicrotask(() => listener('SIGTERM'));
          return io.onSignal(listener);
        },
      };
      expect(await main(['plan', 'list', '--json'], impatient)).toBe(143);
      expect(Envelope.parse(JSON.parse(io.out()))).toMatchObject({ exit_code: 143, messages: [{ code: 'CANCELLED' }] });
    } finally {
      project.remove();
    }
  });
});
