import type { PlanRecord } from '../index.ts';
import { appendOperand, hintsMax } from '../index.ts';
import type { Colors } from './colors.ts';

/** Returns a part of an id that is enough to type: its random end. */
export function shortId(planId: string): string {
  return planId.slice(-8);
}

type CommandTemplate = (id: string, record: PlanRecord) => string[];

/** The command line for each command of a plan. */
const commandTemplates: Readonly<Record<string, CommandTemplate>> = {
  start: id => [`troupe plan execute ${id}`],
  execute: id => [`troupe plan execute ${id}`],
  approve: id => [`troupe plan apply ${id}`],
  answerApproval: id => [`troupe plan approve ${id}`, `troupe plan deny ${id}`],
  apply: id => [`troupe plan diff --plan ${id}`, `troupe plan apply ${id}`],
  resolve: (id, { conflicts: [first] }) => [
    `troupe plan conflicts ${id}`,
    ...(first === undefined
      ? []
      : ['ours', 'theirs'].map(side =>
          appendOperand('troupe plan resolve', first.path, `--take ${side} --plan ${id}`),
        )),
  ],
  applyPart: (id, { subplanStatuses }) =>
    subplanStatuses.some(({ state }) => state === 'complete') ? [`troupe plan apply ${id} --finished`] : [],
  resume: id => [`troupe plan resume ${id}`],
  revert: id => [`troupe plan revert ${id}`],
  correct: id => [`troupe plan explain ${id}`],
  rollback: id => [`troupe plan checkpoint list ${id}`],
  pause: id => [`troupe plan pause ${id}`],
  cancel: id => [`troupe plan cancel ${id}`],
};

/** The most useful command comes first; `cancel` is always last. */
const commandOrder = Object.keys(commandTemplates);

/** Returns the available commands, best first. A finished plan has none. */
export function nextCommands(record: PlanRecord): string[] {
  const available = [...record.availableCommands].sort(
    (left, right) => commandOrder.indexOf(left) - commandOrder.indexOf(right),
  );
  const commands = available.flatMap(type => commandTemplates[type]?.(shortId(record.planId), record) ?? []);
  return [...new Set(commands)];
}

/** Formats the first of them; a longer list would not be read. The JSON output has all. */
export function nextLines(next: readonly string[], paint: Colors): string[] {
  return next.slice(0, hintsMax).map(command => `  next: ${paint.cyan(command)}`);
}
