import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { isHookProcessTag } from '../../model/process-tag.ts';
import type { TaggedProcess } from './tagged-processes.ts';

/** Of `stat` after the name of the program, proc_pid_stat(5). */
const parentAt = 1;
const groupAt = 2;

/**
 * Excludes programs that belong to the user: one that a hook or a signing program left behind, such as a gpg-agent.
 * It has the tag, but the git that started its run has exited.
 */
export async function findUnfinished(found: readonly TaggedProcess[]): Promise<TaggedProcess[]> {
  const led = new Set<string>();
  for (const { pid, run, tag } of found) {
    if (isHookProcessTag(tag) && !led.has(run) && (await isLeadingGit(pid))) led.add(run);
  }
  return found.filter(({ tag, run }) => !isHookProcessTag(tag) || led.has(run));
}

/** git is started as the leader of a process group; hooks start programs in that group, or as leaders of their own. */
async function isLeadingGit(pid: number): Promise<boolean> {
  const [fields, [program = '']] = await Promise.all([fieldsOf(pid), wordsOf(pid)]);
  return Number(fields[groupAt]) === pid && /^git(?:\.exe)?$/.test(basename(program));
}

/** Returns the command lines of those programs that a process started itself. */
export async function commandLinesOfChildren(parent: number, pids: readonly number[]): Promise<string[][]> {
  const read = pids.map(async pid => (Number((await fieldsOf(pid))[parentAt]) === parent ? [await wordsOf(pid)] : []));
  return (await Promise.all(read)).flat();
}

/** Empty when it has exited. */
async function fieldsOf(pid: number): Promise<string[]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

async function wordsOf(pid: number): Promise<string[]> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return line.split('\0').slice(0, -1);
}
