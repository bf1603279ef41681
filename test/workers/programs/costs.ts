import { readFileSync } from 'node:fs';
import type { ProgramCosts } from './settings.ts';

/** Clock ticks of `/proc` are hundredths of a second on every Linux that Node runs on. */
const tickMs = 10;

/** Processor time of this process so far, and of the programs that it started and that ended; the latter only on Linux. */
export function readCosts(): ProgramCosts {
  const { user, system } = process.cpuUsage();
  return { cpuMs: Math.round((user + system) / 1000), childCpuMs: childTicks() * tickMs };
}

function childTicks(): number {
  try {
    // The name of the program, in brackets, may contain blanks.
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number(fields[13]) + Number(fields[14]);
  } catch {
    return 0;
  }
}
