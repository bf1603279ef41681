import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runTroupe, runTroupeJson, startTroupe } from './run-command.ts';
import { conflictAction, greetAction } from './sample-actions.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

describe('a plan command', () => {
  let project: TestRepository;
  beforeEach(() => {
    project = createRepository();
    project.write('greet.yaml', greetAction);
    project.write('quarrel.yaml', conflictAction);
  });
  afterEach(() => project.remove());
  const recordOfPlan = async () =>
    (await runTroupeJson(project, ['plan', 'status'])).data.plan as Record<string, unknown>;

  test('[R100] use strategizes; execute continues, and is harmless when repeated', async () => {
    expect(await runTroupeJson(project, ['plan', 'use', '-f', 'greet.yaml'])).toMatchObject({
      data: { plan: { phase: 'strategize', state: 'complete' } },
    });
    expect(await runTroupeJson(project, ['plan', 'execute'])).toMatchObject({
      data: { plan: { phase: 'execute', state: 'complete' } },
    });
    const again = await runTroupeJson(project, ['plan', 'execute']);
    expect(again).toMatchObject({ exit_code: 0, data: { plan: { phase: 'execute', state: 'complete', attempt: 1 } } });
  });

  test('use leaves the plan queued with --no-start, and execute starts it', async () => {
    const { out } = await runTroupe(project, ['plan', 'use', '-f', 'greet.yaml', '--no-start']);
    expect(out).toContain('strategize queued');
    expect(await runTroupeJson(project, ['plan', 'execute'])).toMatchObject({
      data: { plan: { phase: 'execute', state: 'complete' } },
    });
  });

  test('execute shows new events only', async () => {
    await runTroupe(project, ['plan', 'use', '-f', 'greet.yaml']);
    const { err } = await runTroupe(project, ['plan', 'execute']);
    expect(err).toContain('Greet the world: execute processing');
    expect(err).not.toContain('strategize processing');
  });

  test('[R28] run exits with 5 on a conflict and prints how to resolve it', async () => {
    const run = await runTroupe(project, ['run', '-f', 'quarrel.yaml', '--apply', '--yes']);
    expect(run.code).toBe(5);
    expect(run.out).toContain('execute conflicted');
    expect(run.err).toContain('error[MERGE_CONFLICT]');
    expect(run.err).toMatch(
      /try: troupe plan conflicts \w{8} .*\n.*try: troupe plan resolve a\.txt --take ours --plan \w{8}/,
    );
  });

  test('resolve takes a side, and the merge continues automatically', async () => {
    await runTroupe(project, ['run', '-f', 'quarrel.yaml']);
    const resolved = await runTroupe(project, ['plan', 'resolve', 'a.txt', '--take', 'theirs']);
    expect(resolved).toMatchObject({ code: 0, out: expect.stringContaining('execute complete') });
    expect((await runTroupe(project, ['plan', 'diff'])).out).toContain('+right');
    expect((await runTroupe(project, ['plan', 'conflicts'])).out).toMatch(/^a\.txt {2}content {2}took theirs$/m);
    const again = await runTroupe(project, ['plan', 'resolve', 'a.txt', '--take', 'ours']);
    expect(again).toMatchObject({ code: 2, err: expect.stringMatching(/CONFLICT_RESOLVED|PHASE_GUARD/) });
  });

  test(
    '[R171] diff --merged-adjacent names the values of one small map that two subplans changed',
    { timeout: 120_000 },
    async () => {
      const server = (host: string, port: number) => `{\n  "host": "${host}",\n  "port": ${port}\n}\n`;
      project.write('server.json', server('a', 1));
      project.git('add', '.');
      project.git('commit', '-qm', 'Add a server');
      const spawn = (goal: string, content: string) =>
        `    - subplan: { goal: ${goal}, executionActor: { kind: steps, steps: [{ write: { path: server.json, content: ${JSON.stringify(content)} } }] } }\n`;
      const steps = spawn('move the host', server('b', 1)) + spawn('move the port', server('a', 2));
      project.write('move.yaml', conflictAction.replace(/ {4}- subplan: .*\n {4}- subplan: .*\n/, steps));
      expect((await runTroupe(project, ['run', '-f', 'move.yaml'])).code).toBe(0);
      const { out } = await runTroupe(project, ['plan', 'diff', '--merged-adjacent']);
      expect(out).toContain('server.json: the top level: one side changed host, the other port');
      expect(await runTroupeJson(project, ['plan', 'diff', '--merged-adjacent'])).toMatchObject({
        data: { adjacent: [{ path: 'server.json', at: [], ours: ['host'], theirs: ['port'] }] },
      });
    },
  );

  test('resolve takes the content of a file', async () => {
    await runTroupe(project, ['run', '-f', 'quarrel.yaml']);
    project.write('merged.txt', 'left and right\n');
    await runTroupe(project, ['plan', 'resolve', '--with', 'merged.txt', 'a.txt']);
    expect((await runTroupe(project, ['plan', 'diff'])).out).toContain('+left and right');
  });

  test('resolve opens the file with its conflict markers in an editor, and accepts it when none is left', async () => {
    await runTroupe(project, ['run', '-f', 'quarrel.yaml']);
    const edit = ['plan', 'resolve', 'a.txt', '--edit'];
    const env = (EDITOR: string) => ({ tty: true, env: { ...project.env, EDITOR } });
    expect(await runTroupe(project, edit, env(''))).toMatchObject({
      code: 2,
      err: expect.stringContaining('no editor'),
    });
    expect((await runTroupe(project, edit, { env: { ...project.env, EDITOR: 'vi' } })).code).toBe(6);
    expect((await runTroupe(project, edit, env('true'))).err).toContain('it was left as it was');
    expect((await runTroupe(project, edit, env('false'))).err).toContain('the editor ended with code 1');
    const left = await runTroupe(project, edit, env("sed -i '$d'"));
    expect(left).toMatchObject({ code: 5, err: expect.stringContaining('CONFLICT_LEFT') });
    const edited = await runTroupe(project, edit, env("sed -i 's/^right$/up/; /^[<|=>]/d; /^left$/d; /^one$/d'"));
    expect(edited).toMatchObject({ code: 0, out: expect.stringContaining('execute complete') });
    expect((await runTroupe(project, ['plan', 'diff'])).out).toContain('+up');
  });

  test('resolve takes both sides of a hunk, as conflicts shows and suggests', async () => {
    project.write('quarrel.yaml', conflictAction.replaceAll('a.txt', 'new.txt'));
    await runTroupe(project, ['run', '-f', 'quarrel.yaml']);
    const seen = (await runTroupe(project, ['plan', 'conflicts'])).out;
    expect(seen).toContain('    hunk 1, line 1  open\n      < left\n      > right\n');
    const [typed = ''] = /troupe (plan resolve \S+ --hunk 1 --take both)/.exec(seen)?.slice(1) ?? [];
    expect((await runTroupe(project, typed.split(' '))).code).toBe(0);
    expect((await runTroupe(project, ['plan', 'diff'])).out).toContain('+left\n+right');
    expect((await runTroupe(project, ['plan', 'conflicts'])).out).toMatch(
      /^new\.txt {2}add\/add {2}resolved hunk by hunk$/m,
    );
  });

  test('resolve asks an agent, and reports what the agent did not resolve', async () => {
    await runTroupe(project, ['run', '-f', 'quarrel.yaml']);
    const asked = await runTroupe(project, ['plan', 'resolve', 'a.txt', '--actor', 'absent']);
    expect(asked).toMatchObject({ code: 2, err: expect.stringContaining('error[UNKNOWN_AGENT]') });
    expect(asked.err).toContain('conflict in a.txt is open again');
    expect(await recordOfPlan()).toMatchObject({ state: 'conflicted', error: { code: 'UNKNOWN_AGENT' } });
  });

  test('resolve requires exactly one resolution, and a hunk needs one path', async () => {
    await runTroupe(project, ['run', '-f', 'quarrel.yaml']);
    for (const words of [
      [],
      ['--take', 'ours', '--edit'],
      ['--actor', 'x', '--with', 'y'],
      ['--take', 'ours', '--hunk', 'x'],
      ['--edit', '--hunk', '1'],
    ])
      expect((await runTroupe(project, ['plan', 'resolve', 'a.txt', ...words])).code).toBe(2);
    expect((await runTroupe(project, ['plan', 'resolve', 'a.txt', '--take', 'ours', '--hunk', '7'])).err).toContain(
      'UNKNOWN_CONFLICT',
    );
  });

  test('resolve takes one side for all remaining conflicts', async () => {
    await runTroupe(project, ['run', '-f', 'quarrel.yaml']);
    expect(await runTroupeJson(project, ['plan', 'resolve', '--all', '--take', 'ours'])).toMatchObject({
      exit_code: 0,
      data: { plan: { state: 'complete' } },
    });
    expect((await runTroupe(project, ['plan', 'diff'])).out).toContain('+left');
  });

  test('resolve reports how many conflicts are left', async () => {
    const part = (side: string) =>
      `{ goal: say ${side}, resourceScopes: [a.txt, b.txt], executionActor: { kind: steps, steps: [{ write: { path: a.txt, content: ${side} } }, { write: { path: b.txt, content: ${side} } }] } }`;
    project.write(
      'two.yaml',
      `name: two\ndescription: Two\nstrategyActor: { kind: steps, steps: [{ subplan: ${part('left')} }, { subplan: ${part('right')} }] }\nexecutionActor: { kind: steps, steps: [] }\n`,
    );
    await runTroupe(project, ['run', '-f', 'two.yaml']);
    expect(await runTroupeJson(project, ['plan', 'resolve', 'a.txt', '--take', 'ours'])).toMatchObject({
      exit_code: 0,
      data: { open: ['b.txt'], plan: { state: 'conflicted' } },
    });
    const last = await runTroupe(project, ['plan', 'resolve', 'b.txt', '--take', 'base']);
    expect(last).toMatchObject({ code: 0, out: expect.stringContaining('execute complete') });
  });

  test('resolve requires a resolution and a path', async () => {
    await runTroupe(project, ['run', '-f', 'quarrel.yaml']);
    const refused = async (...words: string[]) => (await runTroupe(project, ['plan', 'resolve', ...words])).err;
    expect(await refused('a.txt')).toContain('Say what to take');
    expect(await refused('a.txt', '--take', 'ours', '--with', 'x')).toContain('Say what to take');
    expect(await refused('a.txt', '--with', 'missing')).toContain('error[FILE_NOT_FOUND]');
    expect(await refused('--take', 'ours')).toContain('Say which conflict');
    expect(await refused('nowhere.txt', '--take', 'ours')).toContain('error[UNKNOWN_CONFLICT]');
  });

  test('revert returns to strategize, and reports when it is not allowed', async () => {
    await runTroupe(project, ['run', '-f', 'greet.yaml']);
    expect(await runTroupeJson(project, ['plan', 'revert', '--guidance', 'shorter'])).toMatchObject({
      exit_code: 0,
      data: { plan: { phase: 'strategize', reversion_count: 1, attempt: 2 } },
    });
  });

  test('prompt is recorded as a decision of the user', async () => {
    await runTroupe(project, ['plan', 'use', '-f', 'greet.yaml']);
    expect(await runTroupeJson(project, ['plan', 'prompt', 'be brief'])).toMatchObject({
      exit_code: 0,
      data: { guidance: 'be brief' },
    });
    expect((await runTroupe(project, ['plan', 'explain'])).out).toContain('be brief');
  });

  test('pause stops the plan; resume continues from the same state', async () => {
    await runTroupe(project, ['plan', 'use', '-f', 'greet.yaml']);
    expect(await runTroupeJson(project, ['plan', 'pause'])).toMatchObject({
      exit_code: 0,
      data: { plan: { state: 'paused' } },
    });
    const execute = await runTroupe(project, ['plan', 'execute']);
    expect(execute).toMatchObject({ code: 2, err: expect.stringMatching(/PHASE_GUARD[\s\S]*troupe plan resume/) });
    expect(await runTroupeJson(project, ['plan', 'resume'])).toMatchObject({
      exit_code: 0,
      data: { plan: { phase: 'strategize', state: 'complete' } },
    });
  });

  test('cancel asks for confirmation, and ends the plan with the given reason', async () => {
    await runTroupe(project, ['run', '-f', 'greet.yaml']);
    expect(await runTroupe(project, ['plan', 'cancel'])).toMatchObject({
      code: 6,
      err: expect.stringContaining('--yes'),
    });
    const { io, done } = startTroupe(project, ['plan', 'cancel', '--reason', 'enough'], { tty: true });
    await io.waitForError('Only yes is accepted');
    io.type('yes');
    expect(await done).toBe(0);
    expect(await runTroupe(project, ['plan', 'status'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('cancelled'),
    });
    const { data } = await runTroupeJson(project, ['plan', 'list', '--all']);
    expect(data.plans).toMatchObject([{ state: 'cancelled', cancel_reason: 'enough' }]);
  });

  test('run exits with the code of the failure, and shows the progress of the plan', async () => {
    project.write('failing.yaml', greetAction.replace('test, -f, hello.txt', 'test, -f, missing.txt'));
    const run = await runTroupe(project, ['run', '-f', 'failing.yaml']);
    expect(run).toMatchObject({ code: 3, out: expect.stringContaining('0/1 checks') });
    expect(run.err).toContain('error[VALIDATION_FAILED]');
    expect((await recordOfPlan()).state).toBe('errored');
  });

  test('execute retries a failed plan once the cause is fixed', async () => {
    const sign = project.write('.git/allowed', '');
    rmSync(sign);
    project.write('strict.yaml', greetAction.replace('test, -f, hello.txt', `test, -f, ${sign}`));
    expect(await runTroupe(project, ['run', '-f', 'strict.yaml', '--profile', 'ci'])).toMatchObject({ code: 3 });
    project.write('.git/allowed', '');
    expect(await runTroupe(project, ['plan', 'execute'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('1/1 checks'),
    });
  });

  test('cancel reports how many subplans it ends', async () => {
    const part = (name: string) =>
      `{ subplan: { goal: ${name}, resourceScopes: [${name}], executionActor: { kind: command, argv: [node, -e, "require('fs').writeFileSync(process.env.HOME + '/begun-${name}', ''); setTimeout(() => {}, 120_000)"] } } }`;
    project.write(
      'group.yaml',
      `name: group\ndescription: A group\nstrategyActor: { kind: steps, steps: [${part('one')}, ${part('two')}] }\nexecutionActor: { kind: steps, steps: [] }\n`,
    );
    const { io, done } = startTroupe(project, ['run', '-f', 'group.yaml']);
    const hasStarted = (name: string) => existsSync(join(project.env.HOME ?? '', `begun-${name}`));
    await expect.poll(() => hasStarted('one') && hasStarted('two'), { timeout: 20_000, interval: 20 }).toBe(true);
    io.signal('SIGTERM');
    expect(await done).toBe(143);
    const cancel = await runTroupe(project, ['plan', 'cancel', '--no-input']);
    expect(cancel.err).toContain('Cancel "A group" and 2 open subplans');
    expect(await runTroupeJson(project, ['plan', 'cancel', '--yes'])).toMatchObject({
      exit_code: 0,
      data: { plan: { state: 'cancelled' } },
    });
    const { data } = await runTroupeJson(project, ['plan', 'list', '--all', '--children']);
    expect((data.plans as { state: string }[]).map(({ state }) => state)).toEqual([
      'cancelled',
      'cancelled',
      'cancelled',
    ]);
  });
});
