import { basename } from 'node:path';
import { listTaggedProcesses } from '../../process/tagged-processes.ts';
import { commandLinesOfChildren } from '../../process/unfinished-processes.ts';

/** Hooks that `git commit` runs, including those for updating a ref. */
const hooks = new Set([
  'pre-commit',
  'prepare-commit-msg',
  'commit-msg',
  'post-commit',
  'reference-transaction',
  'post-index-change',
  'post-rewrite',
]);

/** Returns what a running git waits for: `the hook NAME` or `the program NAME`; null when the system does not show it. */
export async function hungProgram(git: number, run: string): Promise<string | null> {
  const pids = (await listTaggedProcesses()).filter(found => found.run === run).map(({ pid }) => pid);
  const [words] = await commandLinesOfChildren(git, pids);
  return words === undefined ? null : nameOf(words);
}

/** A script appears as its interpreter with the script as an argument. */
function nameOf(words: readonly string[]): string {
  const names = words.map(word => basename(word));
  const hook = names.slice(0, 3).find(name => hooks.has(name));
  return hook === undefined ? `the program ${names[0]}` : `the hook ${hook}`;
}
