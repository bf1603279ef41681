import { resolve } from 'node:path';
import { type PlanEvent, readExport } from '../../index.ts';
import { ascending } from '../../model/text-order.ts';
import { formatEvent } from '../../presentation/event-message.ts';
import { type ActivityByPlan, applyEvent } from '../../presentation/plan-activity.ts';
import { sanitizeLine } from '../../presentation/sanitize.ts';
import { toSnakeCaseKeys } from '../../presentation/snake-case.ts';
import { pluralize } from '../../presentation/units.ts';
import type { RunCommand } from '../command.ts';
import { requiredArgument } from '../required-argument.ts';

/** Prints the events of an export, without a store and without side effects. */
export const run: RunCommand = async context => {
  const { args, globals, paint } = context;
  const file = resolve(globals.directory, requiredArgument(args, 'file'));
  const events: PlanEvent[] = [];
  let [planId, goal, lines] = ['', '', 0];
  for await (const line of readExport(file)) {
    lines += 1;
    if (line.type === 'plan') [planId, goal] = [line.planId, line.description];
    if (line.type === 'row' && line.key.startsWith('j/')) events.push(line.value as PlanEvent);
  }
  events.sort(ascending(({ seq }) => seq));
  const board: ActivityByPlan = new Map();
  const messages = events.flatMap(event => {
    applyEvent(board, event);
    context.emitEvent(event);
    const sentence = formatEvent(event, board);
    if (sentence === null || (sentence.verbose && !globals.verbose)) return [];
    return [`${paint.dim(event.at.slice(0, 19).replace('T', ' '))}  ${sentence.text}`];
  });
  return {
    data: { plan_id: planId, goal, lines, events: toSnakeCaseKeys(events) },
    text: [
      `${paint.bold(sanitizeLine(goal))}  ${planId}`,
      ...messages,
      `${pluralize(events.length, 'event')} in ${pluralize(lines, 'line')}, each as it was written; nothing was done`,
    ].join('\n'),
  };
};
