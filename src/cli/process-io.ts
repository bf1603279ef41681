import { type ChildProcess, spawn } from 'node:child_process';
import type { DetachMessage, Io, ProcessSignal } from './io.ts';
import { killDescendantGroups } from './kill-process-groups.ts';
import { preventExit } from './prevent-exit.ts';
import { spawnDetached } from './spawn-detached.ts';

/** Creates the `Io` of a real process. */
export function createProcessIo(process: NodeJS.Process): Io {
  const detachedPids = new Set<number>();
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    env: process.env,
    cwd: process.cwd(),
    pid: process.pid,
    now: () => Date.now(),
    every(ms, callback) {
      const timer = setInterval(callback, ms);
      timer.unref();
      return () => clearInterval(timer);
    },
    onSignal(listener) {
      const signals: readonly ProcessSignal[] = ['SIGINT', 'SIGTERM'];
      const handlers = signals.map(signal => [signal, () => listener(signal)] as const);
      for (const [signal, handler] of handlers) process.on(signal, handler);
      return () => {
        for (const [signal, handler] of handlers) process.off(signal, handler);
      };
    },
    interrupt: () => process.kill(process.pid, 'SIGINT'),
    suspend(back) {
      process.once('SIGCONT', back);
      process.kill(process.pid, 'SIGTSTP');
    },
    kill(exitCode) {
      killDescendantGroups(process.pid, detachedPids);
      process.exit(exitCode);
    },
    spawnDetached(words, log) {
      const child = spawnDetached(process, words, log);
      detachedPids.add(child.pid);
      return child;
    },
    parentProcess: process.send === undefined ? null : message => sendMessage(process, message),
    edit: (program, file) => exitCodeOfChild(spawn('sh', ['-c', `${program} "$1"`, 'sh', file], { stdio: 'inherit' })),
    shell: folder => exitCodeOfChild(spawn(process.env.SHELL || 'sh', { cwd: folder, stdio: 'inherit' })),
    async notify([program, ...words], input, limitMs) {
      const limits = { timeout: limitMs, killSignal: 'SIGKILL' } as const;
      const child = spawn(program, words, { stdio: ['pipe', 'ignore', 'ignore'], ...limits });
      // The program may ignore its input.
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
      return exitCodeOfChild(child);
    },
    async post(url, body, limitMs) {
      const headers = { 'content-type': 'application/json' };
      const how = { redirect: 'manual', signal: AbortSignal.timeout(limitMs) } as const;
      const { status } = await fetch(url, { method: 'POST', headers, body, ...how });
      return status;
    },
    screen: process.stdin.isTTY && process.stdout.isTTY ? { stdin: process.stdin, stdout: process.stdout } : null,
    onUncaught(listener) {
      process.on('uncaughtException', listener);
      return () => process.off('uncaughtException', listener);
    },
    refuseExit: contain => preventExit(process, contain),
    onExit(listener) {
      process.on('exit', listener);
      return () => process.off('exit', listener);
    },
    terminate(pid) {
      process.kill(pid, 'SIGTERM');
    },
  };
}

function exitCodeOfChild(child: ChildProcess): Promise<number> {
  return new Promise(resolve => {
    child.once('error', () => resolve(127));
    child.once('close', code => resolve(code ?? 1));
  });
}

/** The process that started this one may have exited or disconnected. */
function sendMessage(process: NodeJS.Process, message: DetachMessage): void {
  if (process.connected) process.send?.(message, undefined, {}, () => undefined);
}
