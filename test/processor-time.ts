import { readdirSync, readFileSync } from 'node:fs';

/** Length of a tick of the clock in which Linux counts processor time: of less nothing is known. */
export const tickMs = 10;

/**
 * Milliseconds of processor time that this process used, with the processes it started: those that ended, and those that
 * still run, such as the spawn server, with all that they waited for. Linux only.
 */
export function processorMs(): number {
  return [process.pid, ...runningChildren()].reduce((sum, pid) => sum + timeOf(pid), 0);
}

function runningChildren(): number[] {
  const threads = readdirSync('/proc/self/task');
  const lists = threads.map(thread => read(`/proc/self/task/${thread}/children`));
  return lists.flatMap(list => list.split(' ').map(Number)).filter(pid => pid > 0);
}

/** utime, stime, cutime and cstime, the last two of children that have ended (proc(5)). */
function timeOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * tickMs, 0);
}

/** Empty for a process or a thread that ended meanwhile: what a child used then counts as that of an ended one. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
