import type { PlanRecord } from '../index.ts';
import { hintsMax } from '../index.ts';
import { appliedSubplanIds } from '../model/applied-subplan-ids.ts';
import { type CommandHint, commandHint, type Hint, uniqueHints } from '../model/command-hint.ts';
import type { Colors } from './colors.ts';
import { formatHint, shortId } from './hints.ts';

type CommandTemplate = (id: string, record: PlanRecord) => CommandHint[];

/** The command line for each command of a plan. */
const commandTemplates: Readonly<Record<string, CommandTemplate>> = {
  start: planId => [commandHint('plan execute', { planId })],
  execute: planId => [commandHint('plan execute', { planId })],
  approve: planId => [commandHint('plan apply', { planId })],
  answerApproval: (planId, { approvals = [] }) => [
    ...(approvals.some(({ question }) => question !== undefined)
      ? [commandHint('plan answer', { planId, args: ['your answer'] })]
      : []),
    ...(approvals.length > 0 && approvals.every(({ question }) => question !== undefined)
      ? []
      : [commandHint('plan approve', { planId }), commandHint('plan deny', { planId })]),
  ],
  apply: planId => [commandHint('plan diff', { planId }), commandHint('plan apply', { planId })],
  resolve: (planId, { conflicts: [first] }) => [
    commandHint('plan conflicts', { planId }),
    ...(first?.attempts ?? []).flatMap(({ attempt }) =>
      ['plan diff', 'plan resolve'].map(command => commandHint(command, { planId, options: { attempt } })),
    ),
    ...(first === undefined || first.attempts !== undefined
      ? []
      : ['ours', 'theirs'].map(take => commandHint('plan resolve', { planId, args: [first.path], options: { take } }))),
  ],
  applyPart: (planId, record) => {
    const applied = appliedSubplanIds(record);
    return record.subplanStatuses.some(subplan => subplan.state === 'complete' && !applied.includes(subplan.planId))
      ? [commandHint('plan apply', { planId, options: { finished: true } })]
      : [];
  },
  resume: planId => [commandHint('plan resume', { planId })],
  revert: planId => [commandHint('plan revert', { planId })],
  correct: planId => [commandHint('plan explain', { planId })],
  rollback: planId => [commandHint('plan checkpoint list', { planId })],
  pause: planId => [commandHint('plan pause', { planId })],
  cancel: planId => [commandHint('plan cancel', { planId })],
};

/** The most useful command comes first; `cancel` is always last. */
const commandOrder = Object.keys(commandTemplates);

/** Returns the available commands, best first. A finished plan has none. */
export function nextHints(record: PlanRecord): Hint[] {
  const available = [...record.availableCommands].sort(
    (left, right) => commandOrder.indexOf(left) - commandOrder.indexOf(right),
  );
  return uniqueHints(available.flatMap(type => commandTemplates[type]?.(shortId(record.planId), record) ?? []));
}

/** The same as lines to type. */
export function nextCommands(record: PlanRecord): string[] {
  return nextHints(record).map(formatHint);
}

/** Formats the first of them; a longer list would not be read. The JSON output has all. */
export function nextLines(next: readonly string[], paint: Colors): string[] {
  return next.slice(0, hintsMax).map(command => `  next: ${paint.cyan(command)}`);
}
