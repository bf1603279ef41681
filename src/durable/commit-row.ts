import type { CommandRow } from './command-rows.ts';

/**
 * One row per batch: its number, the highest id assigned, the number of live actors, the time while pausable timers run, and
 * the keys of commands that are stored with it. The last two are left out where they would say nothing.
 */
export type CommitRow = [commit: number, counter: number, actors: number, at?: number | null, commands?: CommandRow[]];

export function toCommitRow(
  [commit, counter, actors]: readonly [number, number, number],
  at: number | null,
  commands: CommandRow[] | undefined,
): CommitRow {
  if (commands !== undefined) return [commit, counter, actors, at, commands];
  return at === null ? [commit, counter, actors] : [commit, counter, actors, at];
}
