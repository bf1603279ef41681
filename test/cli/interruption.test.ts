import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runTroupeJson, startTroupe } from './run-command.ts';
import { endlessAction } from './sample-actions.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

/** Programs still alive whose working folder is below the given one. */
function programsIn(folder: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HOME=${folder}`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** A plan whose program never ends is interrupted in every possible way. */
describe('an interruption', () => {
  let project: TestRepository;
  beforeEach(() => {
    project = createRepository();
    project.write('endless.yaml', endlessAction);
  });
  afterEach(() => project.remove());

  /** Starts a command and waits until its program runs; fails with the output when the command ends before that. */
  const atWork = async (words: string[], options: { tty?: boolean } = {}) => {
    const command = startTroupe(project, [...words, '--format', 'plain'], options);
    const early = command.done.then(code => {
      throw new Error(`It ended with ${code}: ${command.io.err()}`);
    });
    const sign = join(project.env.HOME ?? '', 'begun');
    await Promise.race([early, expect.poll(() => existsSync(sign), { timeout: 20_000, interval: 20 }).toBe(true)]);
    early.catch(() => undefined);
    rmSync(sign);
    return command;
  };
  const start = (options: { tty?: boolean } = {}) => atWork(['run', '-f', 'endless.yaml'], options);
  const plan = async () => (await runTroupeJson(project, ['plan', 'list', '--all'])).data.plans;

  test('[R136] cancels without a terminal: exits with 130, keeps the work in a ref, leaves no program running', async () => {
    const { io, done } = await start();
    io.signal('SIGINT');
    expect(await done).toBe(130);
    expect(io.err()).toContain('Cancelling the plan; its work is kept in a ref');
    expect(await plan()).toMatchObject([{ state: 'cancelled', cancel_reason: 'interrupted by Ctrl-C' }]);
    const refs = project.git('for-each-ref', '--format=%(refname)', 'refs/troupe').trim().split('\n');
    const kept = refs.filter(ref => project.git('ls-tree', '-r', '--name-only', ref).includes('begun.txt'));
    expect(kept).not.toEqual([]);
    expect(programsIn(project.env.HOME ?? '')).toEqual([]);
  });

  test('by SIGTERM pauses: exits with 143, and the plan can continue later', async () => {
    const { io, done } = await start();
    io.signal('SIGTERM');
    expect(await done).toBe(143);
    expect(io.err()).toContain('Terminated: pausing the plan');
    expect(io.err()).toMatch(/error\[CANCELLED\] Interrupted by SIGTERM.*\n.*\n {2}try: troupe plan resume/);
    expect(await plan()).toMatchObject([{ state: 'paused' }]);
    expect(programsIn(project.env.HOME ?? '')).toEqual([]);
    const again = await atWork(['plan', 'resume']);
    again.io.signal('SIGINT');
    expect(await again.done).toBe(130);
  });

  test('asks on a terminal, and pauses when that is the answer', async () => {
    const { io, done } = await start({ tty: true });
    io.signal('SIGINT');
    await io.waitForError('[g]o ahead, [p]ause, or [c]ancel');
    io.type('p');
    expect(await done).toBe(130);
    expect(await plan()).toMatchObject([{ state: 'paused' }]);
  });

  test('can be withdrawn on a terminal, and asks again the next time', async () => {
    const { io, done } = await start({ tty: true });
    io.signal('SIGINT');
    await io.waitForError('[g]o ahead, [p]ause, or [c]ancel');
    io.type('g');
    await io.waitForError('Continuing');
    io.signal('SIGINT');
    io.type('c');
    expect(await done).toBe(130);
    expect(io.killCodes).toEqual([]);
    expect(await plan()).toMatchObject([{ state: 'cancelled' }]);
  });

  test('cancels when the terminal is closed', async () => {
    const { io, done } = await start({ tty: true });
    io.signal('SIGINT');
    io.endInput();
    expect(await done).toBe(130);
    expect(await plan()).toMatchObject([{ state: 'cancelled' }]);
  });

  test('kills at once when it is the second', async () => {
    const { io, done } = await start();
    io.signal('SIGINT');
    io.signal('SIGINT');
    expect(io.killCodes).toEqual([130]);
    expect(await done).toBe(130);
  });
});
