import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { killDescendantGroups } from '../../src/cli/kill-process-groups.ts';
import { createProcessIo } from '../../src/cli/process-io.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const tsx = createRequire(import.meta.url).resolve('tsx/cli');
const { version } = JSON.parse(readFileSync(at('../../package.json'), 'utf8'));

interface Ended {
  code: number | null;
  signal: string | null;
  stdout: string;
}

function run(
  words: string[],
  onLine: (line: string) => void = () => undefined,
): { pid: number; ended: Promise<Ended> } {
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const line of text.trim().split('\n')) onLine(line);
  });
  const ended = new Promise<Ended>(end => child.once('close', (code, signal) => end({ code, signal, stdout })));
  return { pid: child.pid ?? 0, ended };
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe('the process of the command line', () => {
  test('prints its version, and loads almost no module for it', async () => {
    const { stdout, code } = await run([tsx, at('../../src/cli.ts'), '--version']).ended;
    expect([stdout, code]).toEqual([`${version}\n`, 0]);
    const cli = readFileSync(at('../../src/cli.ts'), 'utf8');
    expect([...cli.matchAll(/^import .* from '(.*)'/gm)].map(([, from]) => from)).toEqual([
      'node:fs',
      'node:module',
      './cli/compile-cache.ts',
      './cli/warnings.ts',
    ]);
  });

  test('[R136] stops the process groups of its programs when it is killed, and exits with the code', async () => {
    const program = `
      import { spawn } from 'node:child_process';
      import { createProcessIo } from ${JSON.stringify(at('../../src/cli/process-io.ts'))};
      const deaf = "process.on('SIGTERM', () => {}); process.on('SIGINT', () => {}); console.log('up'); setInterval(() => {}, 1e9)";
      const child = spawn(process.execPath, ['-e', deaf], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
      child.stdout.once('data', () => { console.log(child.pid); createProcessIo(process).kill(130); });
    `;
    let grandchild = 0;
    const { ended } = run([tsx, '--input-type=module', '-e', program], line => {
      grandchild = Number(line);
    });
    expect((await ended).code).toBe(130);
    expect(grandchild).toBeGreaterThan(0);
    await expect.poll(() => isAlive(grandchild), { timeout: 5_000 }).toBe(false);
  });

  test('[R136] stops the process groups of all its descendants, but not its own', async () => {
    const program = `
      const { spawn } = require('node:child_process');
      const below = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { detached: true, stdio: 'ignore' });
      below.once('spawn', () => console.log(below.pid));
      below.once('exit', (code, signal) => { console.log(signal); process.exit(7); });
    `;
    const lines: string[] = [];
    const { pid, ended } = run(['-e', program], line => lines.push(line));
    await expect.poll(() => lines.length, { timeout: 5_000, interval: 10 }).toBe(1);
    killDescendantGroups(pid);
    expect(await ended).toMatchObject({ code: 7 });
    expect(lines[1]).toBe('SIGKILL');
    killDescendantGroups(pid);
  });

  test('receives signals until the listener is removed', async () => {
    const io = createProcessIo(process);
    const received: string[] = [];
    const stop = io.onSignal(signal => received.push(signal));
    process.emit('SIGTERM');
    process.emit('SIGINT');
    stop();
    expect(process.listeners('SIGINT')).toHaveLength(0);
    expect(received).toEqual(['SIGTERM', 'SIGINT']);
  });

  test('has a clock, and timers that can be cancelled', async () => {
    const io = createProcessIo(process);
    const before = Date.now();
    await new Promise<void>(done => {
      const stop = io.every(1, () => {
        stop();
        done();
      });
    });
    expect(io.now()).toBeGreaterThanOrEqual(before);
    expect([io.pid, io.cwd]).toEqual([process.pid, process.cwd()]);
  });
});
