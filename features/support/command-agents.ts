import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, watch } from 'node:fs';
import { promisify } from 'node:util';
import type { AgentDraft } from './action-draft.ts';

const run = promisify(execFile);

/** A program that fails. */
export const failingAgent: AgentDraft = { kind: 'command', argv: ['sh', '-c', 'echo "no luck" >&2; exit 7'] };

/**
 * A program that starts another and waits forever. Both create a file named after their process id in `pids`, which
 * shows that they run, and allows a later check that they have exited.
 */
export function endlessAgent(pids: string, first = 'true'): AgentDraft {
  const command = `${first}; tail -f /dev/null & echo > '${pids}/'$!; echo > '${pids}/'$$; wait`;
  return { kind: 'command', argv: ['sh', '-c', command] };
}

/** Resolves when both processes of an endless agent have started. */
export async function waitForPids(pids: string): Promise<void> {
  const watcher = watch(pids);
  try {
    while (readdirSync(pids).length < 2) await once(watcher, 'change');
  } finally {
    watcher.close();
  }
}

/**
 * Returns the processes of endless agents that still exist after `timeoutMs`; the check takes long enough to be no
 * busy wait.
 */
export async function survivingPids(pids: string, timeoutMs: number): Promise<string[]> {
  const known = readdirSync(pids);
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const living = known.length === 0 ? [] : await alive(known);
    if (living.length === 0 || performance.now() > deadline) return living;
  }
}

async function alive(pids: readonly string[]): Promise<string[]> {
  const listed = await run('ps', ['-o', 'pid=,stat=', '-p', pids.join(',')]).catch(() => ({ stdout: '' }));
  return listed.stdout
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .flatMap(([pid = '', state = '']) => (pid === '' || state.startsWith('Z') ? [] : [pid]));
}
