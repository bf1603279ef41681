import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { manualClock } from '../../../src/adapters/clocks/manual-clock.ts';
import { type ProcessOptions, runProcess } from '../../../src/adapters/process/run.ts';
import { startWatchdogs } from '../../../src/adapters/process/watchdogs.ts';
import { taggedPids } from '../tagged-pids.ts';

let cwd: string;
let marker: string;
let count = 0;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'troupe-run-'));
  marker = `run-test-${process.pid}-${count++}`;
});
afterEach(async () => {
  expect(await taggedPids(marker)).toEqual([]);
  await rm(cwd, { recursive: true, force: true });
});

const run = (argv: string[], options: Partial<ProcessOptions> = {}) =>
  runProcess({
    argv,
    cwd,
    env: { PATH: process.env.PATH ?? '' },
    watchdogs: { totalSeconds: 30, idleSeconds: 30, graceSeconds: 0.3 },
    signal: new AbortController().signal,
    processTag: marker,
    ...options,
  });
const node = (program: string) => [process.execPath, '-e', program];

/** Whether the process still runs; a zombie does not. */
function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('A program', () => {
  test('returns its exit code, its last output and a digest of all output', async () => {
    const result = await run(['sh', '-c', 'printf one; exit 3']);
    expect(result).toMatchObject({ outcome: 'exited', exitCode: 3, signal: null, tail: 'one', isReportedDone: false });
    expect(result.digest).toBe(createHash('sha256').update('one').digest('hex'));
  });

  test('may exit with 0 without doing anything', async () => {
    expect(await run(['true'])).toMatchObject({ outcome: 'exited', exitCode: 0, tail: '' });
  });

  test('that does not exist is reported as not found', async () => {
    expect(await run(['no-such-program-here'])).toMatchObject({
      outcome: 'not_found',
      exitCode: null,
      tail: 'no-such-program-here: not found',
    });
  });

  test('printed too much though the last output is read after its exit [R135]', () => {
    const watch = startWatchdogs({
      pid: 2 ** 30,
      watchdogs: { totalSeconds: 9, idleSeconds: 9, graceSeconds: 9, outputMiB: 1 },
      clock: manualClock(),
      abort: new AbortController().signal,
    });
    watch.alive(2 ** 20);
    watch.close();
    expect(watch.end).toEqual({ outcome: 'exited', watchdog: null });
    watch.alive(1);
    expect(watch.end).toEqual({ outcome: 'flooded', watchdog: 'output' });
  });

  test('that is not executable is reported as not found', async () => {
    await writeFile(join(cwd, 'plain.txt'), 'text');
    expect(await run(['./plain.txt'])).toMatchObject({ outcome: 'not_found', tail: expect.stringContaining('EACCES') });
  });

  test('in a missing folder fails with an error that names the folder', async () => {
    await expect(run(['true'], { cwd: join(cwd, 'gone') })).rejects.toMatchObject({
      code: 'SANDBOX_LOST',
      where: join(cwd, 'gone'),
    });
  });

  test('that the system refuses to start fails with an error', async () => {
    await expect(run(['true', 'x'.repeat(3_000_000)])).rejects.toMatchObject({ code: 'TOOL_FAILED', where: 'true' });
  });

  test('gets only the allowed environment, and no variables of git [R147]', async () => {
    const { tail } = await run(['env'], { env: { PATH: process.env.PATH ?? '', MINE: '1', GIT_DIR: '/elsewhere' } });
    const names = tail.split('\n').map(line => line.split('=')[0]);
    expect(names).toEqual(expect.arrayContaining(['MINE', 'PATH', 'TROUPE_PROCESS_TAG']));
    expect(names).not.toContain('GIT_DIR');
    expect(names).not.toContain('HOME');
  });

  test('that reads standard input gets end of file at once [R125]', async () => {
    expect(await run(['cat'])).toMatchObject({ outcome: 'exited', exitCode: 0, tail: '' });
  });

  test('gets its standard input, which is then closed [R125]', async () => {
    expect(await run(['cat'], { stdin: 'a question' })).toMatchObject({ exitCode: 0, tail: 'a question' });
  });

  test('may ignore its standard input', async () => {
    expect(await run(['true'], { stdin: 'x'.repeat(1_000_000) })).toMatchObject({ outcome: 'exited', exitCode: 0 });
  });

  test('reports its lines as they arrive, each with its stream', async () => {
    const lines: string[] = [];
    await run(['sh', '-c', 'echo out; echo err >&2; printf last'], {
      onLine: (line, stream) => lines.push(`${stream}: ${line}`),
    });
    expect(lines.toSorted()).toEqual(['stderr: err', 'stdout: last', 'stdout: out']);
  });

  test('stops when its line listener throws, and fails with that error', async () => {
    const bug = new TypeError('a bug of ours');
    const running = run(['sh', '-c', 'echo one; echo two; sleep 100'], {
      onLine: () => {
        throw bug;
      },
    });
    await expect(running).rejects.toBe(bug);
  });
});

describe('Output of any size', () => {
  test('of 200 MB is read in bounded memory [R146]', async () => {
    const before = process.memoryUsage().rss;
    let lines = 0;
    const result = await run(['sh', '-c', `yes ${'x'.repeat(99)} | head -c 200000000`], {
      onLine: () => {
        lines += 1;
      },
    });
    expect(result.exitCode).toBe(0);
    expect(lines).toBe(2_000_000);
    expect(result.tail.length).toBe(64 * 1024);
    expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
  });

  test('in one line of 100 MB is truncated, with a note of how much is missing [R146]', async () => {
    const lines: string[] = [];
    await run(['sh', '-c', 'head -c 100000000 /dev/zero | tr "\\0" a; echo; echo next'], {
      onLine: line => lines.push(line),
    });
    expect(lines).toHaveLength(2);
    expect(lines[0]?.length).toBeLessThan(300_000);
    expect(lines[0]).toMatch(/^a+ … \(99737856 characters more\)$/);
    expect(lines[1]).toBe('next');
  });

  test('is complete in its log file, which is appended to [R146]', async () => {
    const logFile = join(cwd, 'step.log');
    await writeFile(logFile, 'before\n');
    const { digest } = await run(['sh', '-c', 'seq 1 200000'], { logFile });
    const log = await readFile(logFile, 'utf8');
    expect(log.startsWith('before\n1\n2\n')).toBe(true);
    expect(createHash('sha256').update(log.slice('before\n'.length)).digest('hex')).toBe(digest);
  });

  test('fills its log file up to the limit', async () => {
    const logFile = join(cwd, 'step.log');
    await run(['sh', '-c', 'seq 1 200000'], { logFile, logBytesMax: 100_000 });
    const log = await readFile(logFile, 'utf8');
    expect(log.length).toBeLessThan(100_100);
    expect(log.endsWith('\n[log cut after 100000 bytes]\n')).toBe(true);
  });

  test('that cannot be logged is an error', async () => {
    await expect(run(['echo', 'hi'], { logFile: join(cwd, 'no', 'step.log') })).rejects.toMatchObject({
      code: 'TOOL_FAILED',
      where: join(cwd, 'no', 'step.log'),
    });
  });
});

describe('Watchdogs', () => {
  const started = () => {
    let begin: () => void = () => undefined;
    const whenStarted = new Promise<void>(resolve => {
      begin = resolve;
    });
    return { whenStarted, begin: () => begin() };
  };

  test('end a program that takes too long in total [R135, R45]', async () => {
    const clock = manualClock();
    const { whenStarted, begin } = started();
    const running = run(['sh', '-c', 'echo up; sleep 100'], {
      clock,
      watchdogs: { totalSeconds: 60, idleSeconds: 600, graceSeconds: 5 },
      onLine: begin,
    });
    await whenStarted;
    clock.advance(59_999);
    clock.advance(1);
    expect(await running).toMatchObject({ outcome: 'timed_out', exitCode: null, signal: 'SIGTERM' });
  });

  test('end a program that stops printing, counted from its last output [R135]', async () => {
    const clock = manualClock();
    const lines: string[] = [];
    const { whenStarted, begin } = started();
    const running = run(['sh', '-c', 'echo up; sleep 100'], {
      clock,
      watchdogs: { totalSeconds: 600, idleSeconds: 60, graceSeconds: 5 },
      onLine(line) {
        lines.push(line);
        begin();
      },
    });
    clock.advance(40_000);
    await whenStarted;
    clock.advance(30_000);
    clock.advance(30_000);
    expect(await running).toMatchObject({ outcome: 'stalled', durationMs: 100_000 });
    expect(lines).toEqual(['up']);
  });

  test('kill a program that ignores SIGTERM after the grace period [R136]', async () => {
    const clock = manualClock();
    const { whenStarted, begin } = started();
    const running = run(
      node('process.on("SIGTERM", () => console.log("no")); console.log("up"); setInterval(() => {}, 1e6)'),
      {
        clock,
        watchdogs: { totalSeconds: 60, idleSeconds: 600, graceSeconds: 5 },
        onLine(line) {
          if (line === 'up') begin();
          if (line === 'no') clock.advance(5_000);
        },
      },
    );
    await whenStarted;
    clock.advance(60_000);
    expect(await running).toMatchObject({ outcome: 'timed_out', signal: 'SIGKILL', tail: 'up\nno\n' });
  });

  test('keep the first reason when a second one occurs while the program ends', async () => {
    const clock = manualClock();
    const abort = new AbortController();
    const { whenStarted, begin } = started();
    const running = run(
      node('process.on("SIGTERM", () => console.log("no")); console.log("up"); setInterval(() => {}, 1e6)'),
      {
        clock,
        signal: abort.signal,
        watchdogs: { totalSeconds: 60, idleSeconds: 600, graceSeconds: 5 },
        onLine(line) {
          if (line === 'up') begin();
          if (line === 'no') {
            abort.abort();
            clock.advance(5_000);
          }
        },
      },
    );
    await whenStarted;
    clock.advance(60_000);
    expect((await running).outcome).toBe('timed_out');
  });

  test('give a program that reported its end the grace period to exit [R135]', async () => {
    const clock = manualClock();
    const { whenStarted, begin } = started();
    const running = run(['sh', '-c', 'echo result; echo result; sleep 100'], {
      clock,
      watchdogs: { totalSeconds: 600, idleSeconds: 600, graceSeconds: 5 },
      onLine() {
        begin();
        return 'done';
      },
    });
    await whenStarted;
    clock.advance(5_000);
    expect(await running).toMatchObject({ outcome: 'stalled', isReportedDone: true });
  });

  test('do not affect a program that reports its end and exits', async () => {
    const result = await run(['sh', '-c', 'echo result; exit 0'], { onLine: () => 'done' });
    expect(result).toMatchObject({ outcome: 'exited', exitCode: 0, isReportedDone: true });
  });
});

describe('No process remains', () => {
  test('of a program that was cancelled, or of its children [R136, R45]', async () => {
    const abort = new AbortController();
    const running = run(['sh', '-c', 'sleep 100 & sleep 100 & echo up; wait'], {
      signal: abort.signal,
      onLine: () => abort.abort(),
    });
    expect(await running).toMatchObject({ outcome: 'aborted', exitCode: null });
  });

  test('of a program that was cancelled before its start, which is not started [R136]', async () => {
    const result = await run(['touch', 'made'], { signal: AbortSignal.abort() });
    expect(result.outcome).toBe('aborted');
    expect(existsSync(join(cwd, 'made'))).toBe(false);
  });

  test('of a program that is cancelled while it starts', async () => {
    const abort = new AbortController();
    const running = run(['sleep', '100'], { signal: abort.signal });
    abort.abort();
    expect((await running).outcome).toBe('aborted');
  });

  test('of a program that forks into the background and exits [R136]', async () => {
    const result = await run(['sh', '-c', 'sleep 100 & exit 4']);
    expect(result).toMatchObject({ outcome: 'exited', exitCode: 4 });
  });

  test('of a child with a session of its own that ignores SIGTERM [R136]', async () => {
    const fled = `const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); process.send?.("up"); setInterval(() => {}, 1e6)'], { detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      child.once('message', () => { console.log(child.pid); process.exit(0) });`;
    const result = await run(node(fled));
    expect(result).toMatchObject({ outcome: 'exited', exitCode: 0 });
    const pid = Number(result.tail);
    expect(pid).toBeGreaterThan(1);
    expect(isRunning(pid)).toBe(false);
  });

  test('after ten runs that timed out [R45]', async () => {
    const results = await Promise.all(
      Array.from({ length: 10 }, () =>
        run(['sh', '-c', 'sleep 100 & sleep 100'], {
          watchdogs: { totalSeconds: 0.1, idleSeconds: 30, graceSeconds: 0.2 },
        }),
      ),
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(Array(10).fill('timed_out'));
    expect(await taggedPids(marker)).toEqual([]);
  });

  test('in a run whose pipe an unreachable process holds open: the run ends anyway', async () => {
    // It drops its environment and session, so neither its group nor its tag identifies it.
    const result = await run(['sh', '-c', 'env -i setsid sleep 3 & echo $!; sleep 0.05']);
    expect(result).toMatchObject({ outcome: 'exited', exitCode: 0 });
    process.kill(Number(result.tail), 'SIGKILL');
  });
});
