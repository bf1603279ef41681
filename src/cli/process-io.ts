import { type ChildProcess, spawn } from 'node:child_process';
import { endGroupsBelow } from './end-groups.ts';
import type { Io, Signal, Told } from './io.ts';
import { refuseExit } from './refuse-exit.ts';
import { startAgain } from './start-again.ts';

/** The process the command line runs in. */
export function processIo(process: NodeJS.Process): Io {
  const started = new Set<number>();
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
      const signals: readonly Signal[] = ['SIGINT', 'SIGTERM'];
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
      endGroupsBelow(process.pid, started);
      process.exit(exitCode);
    },
    background(words, log) {
      const child = startAgain(process, words, log);
      started.add(child.pid);
      return child;
    },
    starter: process.send === undefined ? null : told => tell(process, told),
    edit: (program, file) => ended(spawn('sh', ['-c', `${program} "$1"`, 'sh', file], { stdio: 'inherit' })),
    shell: folder => ended(spawn(process.env.SHELL || 'sh', { cwd: folder, stdio: 'inherit' })),
    async notify([program, ...words], input, limitMs) {
      const limits = { timeout: limitMs, killSignal: 'SIGKILL' } as const;
      const child = spawn(program, words, { stdio: ['pipe', 'ignore', 'ignore'], ...limits });
      // It may not care what it is told.
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
      return ended(child);
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
    refuseExit: contain => refuseExit(process, contain),
    onExit(listener) {
      process.on('exit', listener);
      return () => process.off('exit', listener);
    },
    terminate(pid) {
      process.kill(pid, 'SIGTERM');
    },
  };
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise(tell => {
    child.once('error', () => tell(127));
    child.once('close', code => tell(code ?? 1));
  });
}

/** Whoever started us may be gone, or have let go of us, which is no trouble of ours. */
function tell(process: NodeJS.Process, told: Told): void {
  if (process.connected) process.send?.(told, undefined, {}, () => undefined);
}
