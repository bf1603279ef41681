import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runTroupe, runTroupeJson, startTroupe } from './run-command.ts';
import { endlessAction, greetAction } from './sample-actions.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

const waits = `name: local/waits
description: Wait for a file
executionActor:
  kind: steps
  steps:
    - run: { argv: [sh, -c, "while [ -e $HOME ] && [ ! -e $HOME/go ]; do sleep 0.02; done"] }
    - write: { path: done.txt, content: "x" }
`;

describe('with several clients', () => {
  let project: TestRepository;
  beforeEach(() => {
    project = createRepository();
    project.write('greet.yaml', greetAction);
    project.write('waits.yaml', waits);
    project.write('endless.yaml', endlessAction);
  });
  afterEach(() => project.remove());
  const go = () => project.write('../go', '');

  test('a detached run continues without its terminal, can be watched by others, and ends when nothing is left to do [R161]', async () => {
    const away = startTroupe(project, ['run', '-f', 'waits.yaml', '--detach', '--json']);
    expect(await away.done).toBe(0);
    const answer = JSON.parse(away.io.out()) as { data: { plan: { plan_id: string }; next: string[] } };
    const { plan_id } = answer.data.plan;
    expect(answer.data.next[0]).toBe(`troupe plan logs ${plan_id.slice(-8)} --follow`);
    expect(await runTroupeJson(project, ['owner', 'status'])).toMatchObject({
      data: { owner: { pid: process.pid, socket: expect.stringContaining('.sock') } },
    });
    const following = startTroupe(project, ['plan', 'logs', plan_id, '--follow']);
    await expect.poll(() => following.io.out(), { timeout: 20_000 }).toContain('step 1');
    expect(await runTroupeJson(project, ['plan', 'status', plan_id])).toMatchObject({
      data: { plan: { state: 'processing' } },
    });
    go();
    expect(await following.done).toBe(0);
    expect(await runTroupeJson(project, ['plan', 'status', plan_id])).toMatchObject({
      data: { plan: { state: 'complete' } },
    });
    const [background] = away.io.backgroundCommands;
    background?.io.signal('SIGTERM');
    await background?.done;
    expect(await runTroupeJson(project, ['owner', 'status'])).toMatchObject({ data: { owner: null } });
  });

  test('a detached run passes variables on to its programs', async () => {
    project.write(
      'prints.yaml',
      `name: local/prints
description: Print a variable
executionActor:
  kind: steps
  steps:
    - run: { argv: [sh, -c, 'echo "GREETING is $GREETING"; while [ -e $HOME ] && [ ! -e $HOME/go ]; do sleep 0.02; done'] }
    - write: { path: done.txt, content: "x" }
`,
    );
    const away = startTroupe(project, ['run', '-f', 'prints.yaml', '--detach', '--env', 'GREETING'], {
      env: { ...project.env, GREETING: 'hello' },
    });
    expect([await away.done, away.io.err()]).toEqual([0, '']);
    const following = startTroupe(project, ['plan', 'logs', '--follow']);
    await expect.poll(() => following.io.out(), { timeout: 20_000 }).toContain('GREETING is hello');
    go();
    expect(await following.done).toBe(0);
    const [background] = away.io.backgroundCommands;
    background?.io.signal('SIGTERM');
    await background?.done;
  });

  test('a detached command that fails before it starts reports the error in its terminal', async () => {
    const { code, err } = await runTroupe(project, ['run', '-f', 'nowhere.yaml', '-d']);
    expect([code, err]).toEqual([2, expect.stringContaining('FILE_NOT_FOUND')]);
  });

  test('Ctrl-C in an attached client detaches it; the plan continues', async () => {
    const owner = startTroupe(project, ['run', '-f', 'waits.yaml']);
    await owner.io.waitForError('execute processing');
    const window = startTroupe(project, ['plan', 'resume']);
    await window.io.waitForError('Wait for a file');
    window.io.signal('SIGINT');
    await window.io.waitForError('Detached');
    go();
    await window.done;
    expect(await owner.done).toBe(0);
    expect(owner.io.out()).toContain('execute complete');
  });

  test.each([
    ['d', 'Detached', 'execute complete'],
    ['c', 'Cancelling', 'cancelled'],
    ['p', 'Pausing', 'execute paused'],
    ['', 'Detached', 'execute complete'],
  ])('the answer "%s" at an attached terminal has its effect', async (answer, message, end) => {
    const owner = startTroupe(project, ['run', '-f', 'waits.yaml']);
    await owner.io.waitForError('execute processing');
    const window = startTroupe(project, ['plan', 'resume'], { tty: true });
    const { plan } = (await runTroupeJson(project, ['plan', 'status'])).data as { plan: { plan_id: string } };
    await window.io.waitForError('Wait for a file');
    window.io.signal('SIGINT');
    await window.io.waitForError('[d]etach');
    if (answer === '') window.io.endInput();
    else window.io.type(answer);
    await window.io.waitForError(message);
    if (message === 'Detached') go();
    await Promise.all([window.done, owner.done]);
    const status = await runTroupe(project, ['plan', 'status', plan.plan_id]);
    expect(status.out + status.err).toContain(end);
  });

  test('SIGTERM ends an attached client and not the plan', async () => {
    const owner = startTroupe(project, ['run', '-f', 'waits.yaml']);
    await owner.io.waitForError('execute processing');
    const window = startTroupe(project, ['plan', 'resume']);
    await window.io.waitForError('Wait for a file');
    window.io.signal('SIGTERM');
    go();
    await window.done;
    expect(await owner.done).toBe(0);
  });

  test('an owner is stopped from another client, or reported as not stopping', async () => {
    const serving = startTroupe(project, ['owner', 'start']);
    expect(await serving.done).toBe(0);
    const [background] = serving.io.backgroundCommands;
    expect((await runTroupe(project, ['owner', 'stop', '--lock-timeout', '0'])).err).toContain(
      'has not closed the store yet',
    );
    await background?.done;
    expect((await runTroupe(project, ['owner', 'stop'])).out).toBe('No process is using the store.\n');
  });

  test('an owner is started, found and stopped; a second start does nothing', async () => {
    expect(await runTroupeJson(project, ['owner', 'stop'])).toMatchObject({ data: { stopped: null } });
    expect((await runTroupe(project, ['owner', 'status'])).out).toBe('No process is using the store.\n');
    const serving = startTroupe(project, ['owner', 'serve', '--idle', '60']);
    await serving.io.waitForError('has the store');
    expect(await runTroupeJson(project, ['owner', 'start'])).toMatchObject({ data: { owner: { pid: process.pid } } });
    expect((await runTroupe(project, ['owner', 'serve'])).out).toContain('has the store open already');
    const status = await runTroupe(project, ['owner', 'status']);
    expect(status.out).toMatch(/^process \d+ {2}"troupe owner serve --idle 60" {2}since /);
    expect(status.out).toContain('listens at ');
    serving.io.signal('SIGTERM');
    expect(await serving.done).toBeLessThan(144);
    expect((await runTroupe(project, ['owner', 'serve', '--idle', 'soon'])).err).toContain('--idle takes seconds');
    expect((await runTroupe(project, ['owner', 'serve', '--idle', '0'])).out).toContain('Nothing was left to do');
  });

  test('variables of an attached client do not reach programs, and a warning says so', async () => {
    const serving = startTroupe(project, ['owner', 'serve', '--idle', '60']);
    await serving.io.waitForError('has the store');
    const refused = await runTroupe(project, ['run', '-f', 'greet.yaml', '--env', 'A=1']);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('--env cannot reach programs')]);
    serving.io.signal('SIGINT');
    await serving.done;
  });
});
