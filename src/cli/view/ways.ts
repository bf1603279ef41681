import type { PlanRecord } from '../../index.ts';
import { cleanLine } from '../clean.ts';

/** Enough of an id to type: its random end. */
export function shortId(planId: string): string {
  return planId.slice(-8);
}

/** A word as a shell takes it, whatever is in it. */
export function quoted(word: string): string {
  return /^[\w./@:+-]+$/.test(word) ? word : `'${cleanLine(word).replaceAll("'", "'\\''")}'`;
}

type Command = (id: string, record: PlanRecord) => string[];

/** What a person types for each way that leads on from where a plan stands. */
const commands: Readonly<Record<string, Command>> = {
  start: id => [`troupe plan execute ${id}`],
  execute: id => [`troupe plan execute ${id}`],
  approve: id => [`troupe plan apply ${id}`],
  answer: id => [`troupe plan approve ${id}`, `troupe plan deny ${id}`],
  apply: id => [`troupe plan diff --plan ${id}`, `troupe plan apply ${id}`],
  resolve: (id, record) =>
    record.conflicts
      .slice(0, 3)
      .map(({ path }) => `troupe plan resolve ${quoted(path)} --take ours|theirs|base --plan ${id}`),
  land: (id, { subplanStatuses }) =>
    subplanStatuses.some(({ state }) => state === 'complete') ? [`troupe plan apply ${id} --finished`] : [],
  resume: id => [`troupe plan resume ${id}`],
  revert: id => [`troupe plan revert ${id} --guidance TEXT`],
  correct: id => [`troupe plan explain ${id}`],
  rollback: id => [`troupe plan checkpoint list ${id}`],
  pause: id => [`troupe plan pause ${id}`],
  cancel: id => [`troupe plan cancel ${id}`],
};

/** The best way on stands first; `cancel` is always the last resort. */
const order = Object.keys(commands);

/** Commands that lead on from here, best first. A finished plan has none. */
export function leadingOn(record: PlanRecord): string[] {
  const ways = [...record.ways].sort((left, right) => order.indexOf(left) - order.indexOf(right));
  const typed = ways.flatMap(way => commands[way]?.(shortId(record.planId), record) ?? []);
  return [...new Set(typed)];
}
