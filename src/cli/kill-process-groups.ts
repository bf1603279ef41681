import { readdirSync, readFileSync } from 'node:fs';
import { hasCode } from '../model/caught-error.ts';

/**
 * Kills the process groups of all descendants of a process, except its own. Programs of agents run in groups of their
 * own, which a terminal's Ctrl-C does not reach. Without /proc it finds nothing; the next command then finds
 * remaining processes by their tag. Spared processes are spared with their descendants.
 */
export function killDescendantGroups(root: number, spared: ReadonlySet<number> = new Set()): void {
  const table = listProcesses().filter(({ pid }) => !spared.has(pid));
  const family = new Set([root]);
  for (let before = 0; before < family.size; ) {
    before = family.size;
    for (const { pid, parent } of table) if (family.has(parent)) family.add(pid);
  }
  const own = table.find(({ pid }) => pid === root)?.group;
  const groups = new Set(table.filter(({ pid, group }) => family.has(pid) && group !== own).map(({ group }) => group));
  for (const group of groups) killGroup(group);
}

/** Sends KILL; the group may have ended in the meantime. */
function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (thrown) {
    if (!hasCode(thrown, 'ESRCH')) throw thrown;
  }
}

interface ProcessEntry {
  pid: number;
  parent: number;
  group: number;
}

function listProcesses(): ProcessEntry[] {
  return readNames('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => readProcess(Number(name)));
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Empty when the process has ended in the meantime. */
function readProcess(pid: number): ProcessEntry[] {
  try {
    // The name in parentheses may contain anything; numbers follow the last one.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return [{ pid, parent: Number(fields[1]), group: Number(fields[2]) }];
  } catch {
    return [];
  }
}
