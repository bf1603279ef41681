import { readFileSync } from 'node:fs';
import { listTaggedProcesses } from '../../src/agents.ts';

/** Returns the processes that were started for a plan. */
export const processesOf = async (planId: string) =>
  (await listTaggedProcesses()).filter(({ tag }) => tag.includes(planId));

/** Returns the command lines of the processes of a plan; those of processes that have ended meanwhile are empty. */
export const commandLinesOf = async (planId: string) =>
  (await processesOf(planId)).map(({ pid }) => commandLineOf(pid));

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
  } catch {
    return '';
  }
}
