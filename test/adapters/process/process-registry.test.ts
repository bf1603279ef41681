import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { openProcessRegistry, type ProcessRegistry } from '../../../src/adapters/process/process-registry.ts';
import { taggedPids } from '../tagged-pids.ts';

const prefix = `roll-test-${process.pid}`;

/** Starts a program that ignores SIGTERM; resolves once it is running. */
async function deaf(roll: ProcessRegistry, marker: string): Promise<{ stop: AbortController; end: Promise<unknown> }> {
  const stop = new AbortController();
  let end: Promise<unknown> = Promise.resolve();
  await new Promise<void>(resolve => {
    end = roll.run({
      argv: [process.execPath, '-e', "process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1e6)"],
      cwd: tmpdir(),
      env: {},
      watchdogs: { totalSeconds: 30, idleSeconds: 30, graceSeconds: 0.2 },
      signal: stop.signal,
      processTag: marker,
      onLine: () => resolve(),
    });
  });
  return { stop, end };
}

describe('the process registry', () => {
  test('[R136] waits until stopped programs and all their descendants have ended', async () => {
    const roll = openProcessRegistry();
    const { stop } = await deaf(roll, `${prefix}/one`);
    stop.abort();
    await roll.waitForExit(prefix);
    expect(await taggedPids(`${prefix}/one`)).toEqual([]);
  });

  test('does not wait for programs that were not stopped, nor for those of others', async () => {
    const roll = openProcessRegistry();
    const mine = await deaf(roll, `${prefix}/mine`);
    const other = await deaf(roll, `${prefix}-other/one`);
    other.stop.abort();
    await roll.waitForExit(`${prefix}/`);
    expect(await taggedPids(`${prefix}/mine`)).toHaveLength(1);
    mine.stop.abort();
    await Promise.all([mine.end, other.end]);
    await roll.waitForExit('');
  });

  test('ignores a program that could not be started', async () => {
    const roll = openProcessRegistry();
    const stop = new AbortController();
    const run = roll.run({
      argv: ['true'],
      cwd: '/nonexistent',
      env: {},
      watchdogs: { totalSeconds: 1, idleSeconds: 1, graceSeconds: 1 },
      signal: stop.signal,
      processTag: prefix,
    });
    stop.abort();
    await expect(Promise.all([roll.waitForExit(prefix), run])).rejects.toMatchObject({ code: 'SANDBOX_LOST' });
  });

  test('takes over the programs of a dead process for the same work, and resolves when they have ended [R123, R136]', async () => {
    const [ours, others] = [`${prefix}-ours`, `${prefix}-others`];
    const dead = openProcessRegistry();
    const left = await Promise.all([deaf(dead, `${ours}/1`), deaf(dead, `${ours}/2`), deaf(dead, `${others}/1`)]);
    const roll = openProcessRegistry();
    const own = await deaf(roll, `${ours}/3`);
    expect(await roll.killOrphans(async work => work === ours)).toEqual(new Map([[ours, 2]]));
    await roll.waitForExit(`${ours}/`);
    expect(await Promise.all([`${ours}/1`, `${ours}/2`].map(marker => taggedPids(marker)))).toEqual([[], []]);
    expect(await Promise.all([`${ours}/3`, `${others}/1`].map(marker => taggedPids(marker)))).toMatchObject([
      { length: 1 },
      { length: 1 },
    ]);
    for (const { stop } of [...left, own]) stop.abort();
    await Promise.all([...left, own].map(({ end }) => end));
  });

  test('ends git processes with the hooks they wait for, and leaves programs that hooks started in the background [R187]', async () => {
    const work = `${prefix}-hooks`;
    /** Starts a program with the tags of a git command; it reports when it is running. */
    const started = async (argv: string[], run: string) => {
      const env = { PATH: process.env.PATH, TROUPE_PROCESS_TAG: `${work}/hooks/1`, TROUPE_RUN: run };
      const [file = '', ...words] = argv;
      const child = spawn(file, words, { env, cwd: tmpdir(), detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
      await once(child.stdout, 'data');
      return { pid: child.pid as number, ended: once(child, 'exit') };
    };
    const agent = await started(['sh', '-c', 'echo up; sleep 600'], '.done');
    const git = await started(['git', '-c', 'alias.hang=!echo up; sleep 600', 'hang'], '.pid');
    const fled = await started(['sh', '-c', 'echo up; sleep 600'], '.pid');
    try {
      const roll = openProcessRegistry();
      const counts = await roll.killOrphans(async found => found === work);
      expect(counts.get(work)).toBeGreaterThanOrEqual(3);
      await roll.waitForExit(`${work}/`);
      await Promise.all([git.ended, fled.ended]);
      expect(await taggedPids(`${work}/hooks/1`)).toContain(agent.pid);
      expect(await openProcessRegistry().killOrphans(async found => found === work)).toEqual(new Map());
    } finally {
      process.kill(-agent.pid, 'SIGKILL');
      await agent.ended;
    }
  });
});
