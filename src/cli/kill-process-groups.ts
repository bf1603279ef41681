import { readdirSync, readFileSync } from 'node:fs';

/**
 * Ends the process groups of everything that descends from a process, but its own. Programs of agents run in groups of
 * their own, which a terminal's Ctrl-C does not reach. Where there is no /proc nothing is found; what is left then, the
 * next command finds by its marker. What is spared is spared with all below it.
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

/** Sends KILL; a group that ended between the look and the signal is what was wanted. */
function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH')) throw thrown;
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

/** None when the process has ended meanwhile. */
function readProcess(pid: number): ProcessEntry[] {
  try {
    // The name in brackets may hold anything; what follows its last bracket are numbers.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return [{ pid, parent: Number(fields[1]), group: Number(fields[2]) }];
  } catch {
    return [];
  }
}
