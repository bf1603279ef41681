import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { StartOptions } from '../../../../src/adapters/process/spawn-server/messages.ts';
import type { StartedProgram } from '../../../../src/adapters/process/spawn-server/remote-program.ts';
import { type SpawnServer, startSpawnServer } from '../../../../src/adapters/process/spawn-server/spawn-server.ts';
import { startDirectly } from '../../../../src/adapters/process/spawn-server/start-program.ts';
import { send } from '../../../../src/adapters/process/tagged-processes.ts';

const hasShell = process.platform !== 'win32';
const folder = mkdtempSync(join(tmpdir(), 'troupe-spawn-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ended: SpawnServer[] = [];
function openServer(): SpawnServer {
  const opened: SpawnServer = startSpawnServer(() => ended.push(opened));
  return opened;
}

const server = openServer();
afterAll(() => server.close());

/** What a program was seen to do, from its start to its `close`. */
async function observe(program: StartedProgram, input = '') {
  const events: unknown[] = [];
  for (const name of ['spawn', 'exit', 'close']) {
    program.on(name, (...values: unknown[]) => events.push([name, ...values]));
  }
  // A program may exit without reading its input.
  program.stdin?.on('error', () => {});
  program.stdin?.end(input);
  const [stdout, stderr] = await Promise.all([text(program.stdout), text(program.stderr), once(program, 'close')]);
  return { events, stdout, stderr };
}

type Start = (file: string, args: readonly string[], options?: Partial<StartOptions>) => StartedProgram;
const ways: Record<string, Start> = {
  directly: (file, args, options) =>
    startDirectly(file, args, { cwd: folder, env: { PATH: process.env.PATH }, ...options }),
  'through the spawn server': (file, args, options) =>
    server.start(file, args, { cwd: folder, env: { PATH: process.env.PATH }, ...options }),
};

describe.runIf(hasShell).each(Object.entries(ways))('A program started %s [R312]', (_, start) => {
  const shell = (line: string, options?: Partial<StartOptions>) => start('sh', ['-c', line], options);

  test('prints, reads its input and reports its exit code', async () => {
    expect(await observe(shell('cat; echo problem >&2; exit 3'), 'some input')).toEqual({
      events: [['spawn'], ['exit', 3, null], ['close', 3, null]],
      stdout: 'some input',
      stderr: 'problem\n',
    });
  });

  test('has the environment and the folder that were asked for, and no other variable', async () => {
    const { stdout } = await observe(shell('pwd; env', { env: { PATH: process.env.PATH, GREETING: 'hello' } }));
    const [cwd, ...variables] = stdout.trim().split('\n');
    expect(cwd).toBe(folder);
    const names = variables.map(line => line.split('=')[0]);
    expect(names.filter(name => !['PWD', 'SHLVL', '_', 'OLDPWD'].includes(name ?? '')).sort()).toEqual([
      'GREETING',
      'PATH',
    ]);
  });

  test('loses no output if its caller listens only after its start', async () => {
    for (let count = 0; count < 20; count++) {
      const program = shell('echo short');
      await once(program, 'spawn');
      const [stdout] = await Promise.all([text(program.stdout), once(program, 'close')]);
      expect(stdout).toBe('short\n');
    }
  });

  test('may have no input', async () => {
    const program = shell('cat; echo end', { stdio: ['ignore', 'pipe', 'pipe'] });
    expect(program.stdin).toBeNull();
    expect((await observe(program)).stdout).toBe('end\n');
  });

  test('leads a process group, which a signal ends', async () => {
    const program = shell('sleep 60 & echo started; wait', { detached: true });
    await once(program.stdout, 'data');
    expect(send(-(program.pid ?? 0), 'SIGTERM')).toBe(true);
    const [code, signal] = await once(program, 'close');
    expect([code, signal]).toEqual([null, 'SIGTERM']);
  });

  test('that does not exist, cannot be run, or has no folder emits the error', async () => {
    writeFileSync(join(folder, 'plain.txt'), 'text');
    const codes = [
      start('./no-such-program', []),
      start('./plain.txt', []),
      start('sh', ['-c', ':'], { cwd: join(folder, 'none') }),
    ].map(async program => (await once(program, 'error'))[0].code);
    expect(await Promise.all(codes)).toEqual(['ENOENT', 'EACCES', 'ENOENT']);
  });

  test('may exit without reading its input', async () => {
    const program = shell('exit 0');
    program.stdin?.on('error', () => {});
    program.stdin?.write('x'.repeat(1_000_000));
    program.stdout.resume();
    program.stderr.resume();
    const [code] = await once(program, 'close');
    expect(code).toBe(0);
  });

  test('waits while its output is not read, and loses none of it', async () => {
    const program = shell('head -c 5000000 /dev/zero; echo; echo done >&2');
    program.stdout.pause();
    await once(program, 'spawn');
    let isDone = false;
    program.stderr.once('data', () => {
      isDone = true;
    });
    // A second program starts and ends meanwhile.
    await observe(shell(':'));
    expect(isDone).toBe(false);
    const [printed] = await Promise.all([buffer(program.stdout), once(program, 'close')]);
    expect(printed.length).toBe(5_000_001);
    expect(isDone).toBe(true);
  });

  test('whose output is closed learns it from its pipe', async () => {
    const program = shell('trap "" PIPE; while echo y; do :; done 2>&1; exit 7');
    program.stderr.resume();
    await once(program.stdout, 'data');
    program.stdout.destroy();
    const [code] = await once(program, 'close');
    expect(code).toBe(7);
  });
});

describe.runIf(hasShell)('The spawn server [R312]', () => {
  const options = { cwd: folder, env: { PATH: process.env.PATH }, detached: true };

  test('runs many programs at once, each with its own output', async () => {
    const programs = Array.from({ length: 40 }, (_, index) =>
      observe(server.start('sh', ['-c', `cat; echo ${index}`], options), 'in '),
    );
    expect((await Promise.all(programs)).map(({ stdout }) => stdout)).toEqual(
      programs.map((_, index) => `in ${index}\n`),
    );
  });

  test('that is killed ends its programs for their callers, and another one can start', async () => {
    const lost = openServer();
    expect(lost.isReady).toBe(false);
    const program = lost.start('sh', ['-c', 'echo $PPID; exec sleep 60'], options);
    const [pid] = await once(program.stdout, 'data');
    expect(lost.isReady).toBe(true);
    send(Number(pid), 'SIGKILL');
    const starting = lost.start('sh', ['-c', ':'], options);
    const [[code, signal], [error]] = await Promise.all([once(program, 'close'), once(starting, 'error')]);
    expect([code, signal, error.code]).toEqual([null, 'SIGKILL', 'EPIPE']);
    expect([lost.isReady, ended.includes(lost)]).toEqual([false, true]);
    expect(send(-(program.pid ?? 0), 'SIGKILL')).toBe(true);
  });

  test('does not end while a program runs, whatever ended or could not be started before', async () => {
    const used = openServer();
    const start = (file: string) => used.start(file, [], { cwd: folder, env: { PATH: process.env.PATH } });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      await once(start('no-such-program'), 'error');
      // Its close comes after its error, and emits nothing.
      for (let turn = 0; turn < 1000; turn++) await setImmediate();
      const cat = start('cat');
      await once(cat, 'spawn');
      await vi.advanceTimersByTimeAsync(60_000);
      expect(await observe(cat, 'still here')).toMatchObject({
        stdout: 'still here',
        events: [
          ['exit', 0, null],
          ['close', 0, null],
        ],
      });
      expect(ended).not.toContain(used);
      const end = vi.waitUntil(() => ended.includes(used));
      await vi.advanceTimersByTimeAsync(60_000);
      await end;
    } finally {
      vi.useRealTimers();
      used.close();
    }
  });

  test('ends when it is closed', async () => {
    const closed = openServer();
    const { stdout } = await observe(closed.start('sh', ['-c', 'echo $PPID'], options));
    closed.close();
    await expect.poll(() => send(Number(stdout), 0), { interval: 5 }).toBe(false);
    expect(ended).toContain(closed);
  });

  test.each([
    ['exits, which an idle server does not prevent', ''],
    ['is killed', "process.kill(process.pid, 'SIGKILL')"],
  ])('ends when its owner %s', async (_, end) => {
    const module = new URL('../../../../src/adapters/process/spawn-server/spawn-server.ts', import.meta.url);
    const source = `
      import { once } from 'node:events';
      const { startSpawnServer } = await import(${JSON.stringify(module.href)});
      const server = startSpawnServer(() => {});
      const program = server.start('sh', ['-c', 'echo $PPID'], { cwd: '/', env: process.env });
      program.stdout.pipe(process.stdout);
      await once(program, 'close');
      ${end}
    `;
    const owner = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [printed, [code, signal]] = await Promise.all([text(owner.stdout), once(owner, 'exit')]);
    expect([code, signal]).toEqual(end === '' ? [0, null] : [null, 'SIGKILL']);
    expect(Number(printed)).toBeGreaterThan(0);
    await expect.poll(() => send(Number(printed), 0), { interval: 5 }).toBe(false);
  });
});
