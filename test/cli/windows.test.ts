import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { endless, greet } from './actions.ts';
import { type Repository, repository } from './repository.ts';
import { begin, told, troupe } from './shell.ts';

const waits = `name: local/waits
description: Wait for a file
executionActor:
  kind: steps
  steps:
    - run: { argv: [sh, -c, "while [ -e $HOME ] && [ ! -e $HOME/go ]; do sleep 0.02; done"] }
    - write: { path: done.txt, content: "x" }
`;

describe('several windows', () => {
  let project: Repository;
  beforeEach(() => {
    project = repository();
    project.write('greet.yaml', greet);
    project.write('waits.yaml', waits);
    project.write('endless.yaml', endless);
  });
  afterEach(() => project.remove());
  const go = () => project.write('../go', '');

  test('a run goes on without its window; others watch it, and it ends when nothing is left [R161]', async () => {
    const away = begin(project, ['run', '-f', 'waits.yaml', '--detach', '--json']);
    expect(await away.done).toBe(0);
    const answer = JSON.parse(away.io.out()) as { data: { plan: { plan_id: string }; next: string[] } };
    const { plan_id } = answer.data.plan;
    expect(answer.data.next[0]).toBe(`troupe plan logs ${plan_id.slice(-8)} --follow`);
    expect(await told(project, ['owner', 'status'])).toMatchObject({
      data: { owner: { pid: process.pid, socket: expect.stringContaining('.sock') } },
    });
    const following = begin(project, ['plan', 'logs', plan_id, '--follow']);
    await expect.poll(() => following.io.out(), { timeout: 20_000 }).toContain('step 1');
    expect(await told(project, ['plan', 'status', plan_id])).toMatchObject({ data: { plan: { state: 'processing' } } });
    go();
    expect(await following.done).toBe(0);
    expect(await told(project, ['plan', 'status', plan_id])).toMatchObject({ data: { plan: { state: 'complete' } } });
    const [background] = away.io.backgrounds;
    background?.io.signal('SIGTERM');
    await background?.done;
    expect(await told(project, ['owner', 'status'])).toMatchObject({ data: { owner: null } });
  });

  test('a command that fails before it begins says so in the window that sent it away', async () => {
    const { code, err } = await troupe(project, ['run', '-f', 'nowhere.yaml', '-d']);
    expect([code, err]).toEqual([2, expect.stringContaining('FILE_NOT_FOUND')]);
  });

  test('Ctrl-C in a window that is attached detaches; the plan goes on', async () => {
    const owner = begin(project, ['run', '-f', 'waits.yaml']);
    await owner.io.told('execute processing');
    const window = begin(project, ['plan', 'resume']);
    await window.io.told('Wait for a file');
    window.io.signal('SIGINT');
    await window.io.told('Detached');
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
  ])('asked at a terminal that is attached, the answer "%s" does what it says', async (answer, said, end) => {
    const owner = begin(project, ['run', '-f', 'waits.yaml']);
    await owner.io.told('execute processing');
    const window = begin(project, ['plan', 'resume'], { tty: true });
    const { plan } = (await told(project, ['plan', 'status'])).data as { plan: { plan_id: string } };
    await window.io.told('Wait for a file');
    window.io.signal('SIGINT');
    await window.io.told('[d]etach');
    if (answer === '') window.io.hangUp();
    else window.io.type(answer);
    await window.io.told(said);
    if (said === 'Detached') go();
    await Promise.all([window.done, owner.done]);
    const status = await troupe(project, ['plan', 'status', plan.plan_id]);
    expect(status.out + status.err).toContain(end);
  });

  test('terminated, a window that is attached leaves the plan alone', async () => {
    const owner = begin(project, ['run', '-f', 'waits.yaml']);
    await owner.io.told('execute processing');
    const window = begin(project, ['plan', 'resume']);
    await window.io.told('Wait for a file');
    window.io.signal('SIGTERM');
    go();
    await window.done;
    expect(await owner.done).toBe(0);
  });

  test('an owner is stopped from another window, or said not to end', async () => {
    const serving = begin(project, ['owner', 'start']);
    expect(await serving.done).toBe(0);
    const [background] = serving.io.backgrounds;
    expect((await troupe(project, ['owner', 'stop', '--lock-timeout', '0'])).err).toContain(
      'has not let go of the store yet',
    );
    await background?.done;
    expect((await troupe(project, ['owner', 'stop'])).out).toBe('Nobody has the store.\n');
  });

  test('an owner is started, found, and stopped; its second start does nothing', async () => {
    expect(await told(project, ['owner', 'stop'])).toMatchObject({ data: { stopped: null } });
    expect((await troupe(project, ['owner', 'status'])).out).toBe('Nobody has the store.\n');
    const serving = begin(project, ['owner', 'serve', '--idle', '60']);
    await serving.io.told('has the store');
    expect(await told(project, ['owner', 'start'])).toMatchObject({ data: { owner: { pid: process.pid } } });
    expect((await troupe(project, ['owner', 'serve'])).out).toContain('has the store already');
    const status = await troupe(project, ['owner', 'status']);
    expect(status.out).toMatch(/^process \d+ {2}"troupe owner serve --idle 60" {2}since /);
    expect(status.out).toContain('listens at ');
    serving.io.signal('SIGTERM');
    expect(await serving.done).toBeLessThan(144);
    expect((await troupe(project, ['owner', 'serve', '--idle', 'soon'])).err).toContain('--idle takes seconds');
    expect((await troupe(project, ['owner', 'serve', '--idle', '0'])).out).toContain('Nothing was left to do');
  });

  test('variables of a window that is only attached cannot reach programs, and it is told so', async () => {
    const serving = begin(project, ['owner', 'serve', '--idle', '60']);
    await serving.io.told('has the store');
    const refused = await troupe(project, ['run', '-f', 'greet.yaml', '--env', 'A=1']);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('--env cannot reach programs')]);
    serving.io.signal('SIGINT');
    await serving.done;
  });
});
