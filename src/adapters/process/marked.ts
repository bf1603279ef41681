import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** The variable by which everything a piece of work started can be found again, after a crash of ours too. */
export const markVariable = 'TROUPE_MARK';

const pollMs = 20;
const termMs = 500;
const killMs = 2000;

export interface EndOptions {
  /** @default TROUPE_MARK */
  variable?: string;
  /** How long processes may take to end by themselves once asked. @default 500 */
  termMs?: number;
  /** Where the processes of the system are listed; a system without it finds none. @default '/proc' */
  procDir?: string;
}

/**
 * Ends every process that carries the marker, whatever session or group it fled to: TERM, a moment, KILL, until none is
 * left. Answers how many there were. Found through /proc; where there is none, nothing is found.
 */
export async function endMarked(marker: string, options: EndOptions = {}): Promise<number> {
  const seen = new Set<number>();
  const started = performance.now();
  const patience = options.termMs ?? termMs;
  for (;;) {
    const pids = await marked(marker, options);
    const elapsed = performance.now() - started;
    if (pids.length === 0 || elapsed > patience + killMs) return seen.size;
    for (const pid of pids) {
      if (elapsed >= patience) send(pid, 'SIGKILL');
      else if (!seen.has(pid)) send(pid, 'SIGTERM');
      seen.add(pid);
    }
    await pause(pollMs);
  }
}

/** The processes that carry the marker now. */
export async function marked(marker: string, options: EndOptions = {}): Promise<number[]> {
  const { variable = markVariable, procDir = '/proc' } = options;
  const wanted = Buffer.from(`\0${variable}=${marker}\0`);
  const entries = await readdir(procDir).catch(() => []);
  const pids = entries.filter(name => /^\d+$/.test(name)).map(Number);
  const carries = await Promise.all(pids.map(pid => hasVariable(`${procDir}/${pid}/environ`, wanted)));
  return pids.filter((pid, index) => carries[index] === true && pid !== process.pid);
}

async function hasVariable(file: string, wanted: Buffer): Promise<boolean> {
  try {
    return Buffer.concat([Buffer.from([0]), await readFile(file), Buffer.from([0])]).includes(wanted);
  } catch {
    // Gone meanwhile, or another user's.
    return false;
  }
}

/** Sends a signal to a process, or with a negative number to a group; false when there is nobody to receive it. */
export function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
