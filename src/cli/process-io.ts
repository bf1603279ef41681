import { readdirSync, readFileSync } from 'node:fs';
import type { Io, Signal } from './io.ts';

/** The process the command line runs in. */
export function processIo(process: NodeJS.Process): Io {
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
    kill(exitCode) {
      endGroups(process);
      process.exit(exitCode);
    },
  };
}

/**
 * Ends the process groups of everything that descends from us. Programs of agents run in groups of their own, which a
 * terminal's Ctrl-C does not reach. Where there is no /proc, a later command finds what is left by its marker.
 */
function endGroups(process: NodeJS.Process): void {
  const family = new Set([process.pid]);
  const table = processes();
  for (let found = true; found; ) {
    found = false;
    for (const { pid, parent } of table) {
      if (!family.has(pid) && family.has(parent)) {
        family.add(pid);
        found = true;
      }
    }
  }
  const ours = table.find(({ pid }) => pid === process.pid)?.group;
  const groups = new Set(table.filter(({ pid, group }) => family.has(pid) && group !== ours).map(({ group }) => group));
  for (const group of groups) {
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // It ended between the look and the kill, which is what was wanted.
    }
  }
}

function processes(): { pid: number; parent: number; group: number }[] {
  try {
    return readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .flatMap(name => {
        try {
          // The name in brackets may hold anything; what follows its last bracket are numbers.
          const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
            .replace(/^.*\) /s, '')
            .split(' ');
          return [{ pid: Number(name), parent: Number(fields[1]), group: Number(fields[2]) }];
        } catch {
          return [];
        }
      });
  } catch {
    return [];
  }
}
