import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeScreen } from '../tui/fake-screen.ts';
import { runTroupe, runTroupeJson, startTroupe } from './run-command.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

let project: TestRepository;
beforeEach(() => {
  project = createRepository();
});
afterEach(() => project.remove());

describe('troupe ui', () => {
  test('is refused without a terminal, with a command to use instead [R157]', async () => {
    const { code, err } = await runTroupe(project, ['ui']);
    expect(code).toBe(2);
    expect(err).toContain('error[USAGE] The terminal UI needs a terminal it can draw on');
    expect(err).toContain('troupe plan logs --follow');
    expect(await runTroupeJson(project, ['ui'])).toMatchObject({ status: 'failed', exit_code: 2 });
  });

  test('shows plans on a screen, quits on q, and lists the plans that continue', async () => {
    const fake = fakeScreen();
    const { io, done } = startTroupe(project, ['ui', '--theme', 'plain'], { screen: fake.screen });
    await fake.wrote('opening …');
    fake.stdin.write('q');
    expect([await done, io.out()]).toEqual([0, 'Left; nothing is at work\n']);
    expect(fake.written().endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
    expect(process.env.CI).not.toBe('false');
    io.terminate(0);
    await Promise.all(io.backgroundCommands.map(each => each.done));
  });

  test('starts with the named plan, and opens the inspector from there', async () => {
    project.write('do.yaml', 'name: do\ndescription: Do it\nstrategyActor: none\nexecutionActor: none\n');
    const { data } = await runTroupeJson(project, ['plan', 'use', '-f', 'do.yaml', '--no-start']);
    const { plan_id: planId } = (data as { plan: { plan_id: string } }).plan;
    const fake = fakeScreen();
    const { io, done } = startTroupe(project, ['ui', planId], { screen: fake.screen });
    await fake.wrote(planId);
    fake.stdin.write('I');
    await fake.wrote('copied http://127.0.0.1:');
    fake.stdin.write('q');
    expect(await done).toBe(0);
    io.terminate(0);
    await Promise.all(io.backgroundCommands.map(each => each.done));
  });

  test('restores the screen and exits with the code of the signal', async () => {
    const fake = fakeScreen();
    const { io, done } = startTroupe(project, ['ui'], { screen: fake.screen });
    await fake.wrote('opening …');
    io.signal('SIGTERM');
    expect(await done).toBe(143);
    expect(fake.written().endsWith('\u001b[?1049l')).toBe(true);
    io.terminate(0);
    await Promise.all(io.backgroundCommands.map(each => each.done));
  });

  test('restores the screen when the named plan does not exist, and when the process ends', async () => {
    const fake = fakeScreen();
    const { io, done } = startTroupe(project, ['ui', 'NOWHERE'], { screen: fake.screen });
    await fake.wrote('opening …');
    io.exit();
    expect(fake.written().endsWith('\u001b[?1049l')).toBe(true);
    expect(await done).toBe(2);
    expect(io.err()).toContain('error[UNKNOWN_PLAN]');
    io.terminate(0);
    await Promise.all(io.backgroundCommands.map(each => each.done));
  });
});
