/** Owners in separate processes, and their plans when the owner is killed, loses its terminal or is mistaken for another. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { waitForFileAction } from './sample-actions.ts';
import { spawnTroupe } from './spawn-troupe.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

describe('an owner in a separate process', () => {
  let project: TestRepository;
  beforeEach(() => {
    project = createRepository();
    project.write('patient.yaml', waitForFileAction);
  });
  afterEach(() => project.remove());

  const inHome = (name: string) => join(project.env.HOME ?? '', name);
  const startCount = () =>
    existsSync(inHome('begun')) ? readFileSync(inHome('begun'), 'utf8').split('\n').length - 1 : 0;
  const atWork = (times: number) => expect.poll(startCount, { timeout: 30_000, interval: 20 }).toBe(times);
  const go = () => writeFileSync(inHome('go'), '');
  const type = (...words: string[]) => spawnTroupe(project, words);

  test('[R99] [R161] is replaced by exactly one of two concurrent commands when it is killed', async () => {
    const first = type('run', '-f', 'patient.yaml');
    await atWork(1);
    first.child.kill('SIGKILL');
    expect(await first.exited).toBe('SIGKILL');
    const left = JSON.parse(readFileSync(join(project.folder, '.git/troupe/owner.json'), 'utf8'));
    expect(left).toMatchObject({ pid: first.child.pid, socket: expect.stringContaining('.sock') });
    const rivals = [type('plan', 'execute'), type('plan', 'execute')];
    // The winner waits for the sign, so the one that ends first has lost.
    const lost = await Promise.race(rivals.map(async rival => ({ rival, code: await rival.exited })));
    expect(lost.code, lost.rival.output()).toBe(10);
    expect(lost.rival.output()).toContain('error[LOCK_CONFLICT]');
    const winner = rivals.find(rival => rival !== lost.rival);
    await expect.poll(startCount, { timeout: 30_000 }).toBeGreaterThan(1);
    go();
    expect(await winner?.exited, winner?.output()).toBe(0);
    expect((await runTroupe(project, ['plan', 'diff'])).out).toContain('+done');
    // The loser may have owned the store, and have handed it to a detached process.
    await runTroupe(project, ['owner', 'stop', '--lock-timeout', '30']);
    expect(await runTroupeJson(project, ['owner', 'status'])).toMatchObject({ data: { owner: null } });
    expect(readdirSync(join(project.folder, '.git/troupe/owner'))).toEqual([]);
  });

  test('[R161] continues when its terminal is closed', async () => {
    const run = type('run', '-f', 'patient.yaml');
    await atWork(1);
    run.child.kill('SIGHUP');
    go();
    expect(await run.exited, run.output()).toBe(0);
    expect((await runTroupe(project, ['plan', 'diff'])).out).toContain('+done');
  });

  test('[R161] is replaced by an attached client when it is killed, and the plan continues there', async () => {
    const owner = type('run', '-f', 'patient.yaml');
    await atWork(1);
    const window = type('plan', 'resume');
    await expect.poll(() => window.output(), { timeout: 30_000 }).toContain('Wait for a sign');
    owner.child.kill('SIGKILL');
    await owner.exited;
    await atWork(2);
    expect(await runTroupeJson(project, ['owner', 'status'])).toMatchObject({
      data: { owner: { pid: window.child.pid } },
    });
    go();
    expect(await window.exited, window.output()).toBe(0);
    expect(window.output()).toContain('execute complete');
  });

  test('is not mistaken for another process that got its process id after it died', async () => {
    await runTroupe(project, ['plan', 'list']);
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { stdio: 'ignore' });
    await once(stranger, 'spawn');
    const file = join(project.folder, '.git/troupe/owner.json');
    const owner = { pid: stranger.pid, command: 'troupe run', started: '2026-11-21T10:00:00.000Z' };
    writeFileSync(file, JSON.stringify({ ...owner, socket: join(project.folder, '.git/troupe/owner/gone.sock') }));
    expect(await runTroupeJson(project, ['owner', 'status'])).toMatchObject({ data: { owner: null } });
    expect(await runTroupeJson(project, ['owner', 'stop'])).toMatchObject({ data: { stopped: null } });
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    expect(await runTroupeJson(project, ['plan', 'list'])).toMatchObject({ exit_code: 0, data: { plans: [] } });
    stranger.kill('SIGKILL');
    await once(stranger, 'exit');
  });
});
