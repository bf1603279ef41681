import { resolve } from 'node:path';
import { type PlanEvent, readExport } from '../../index.ts';
import { cleanLine } from '../clean.ts';
import { absorb, type Board } from '../progress/board.ts';
import { count, sentenceOf } from '../progress/sentence.ts';
import { snakeKeys } from '../snake.ts';
import type { Run } from '../verb.ts';

/** Tells what happened, line by line, from an export alone: no store is opened and nothing is done. */
export const run: Run = async context => {
  const { given, globals, paint } = context;
  const file = resolve(globals.directory, given.text('file') ?? '');
  const events: PlanEvent[] = [];
  let [planId, goal, lines] = ['', '', 0];
  for await (const line of readExport(file)) {
    lines += 1;
    if (line.type === 'plan') [planId, goal] = [line.planId, line.description];
    if (line.type === 'row' && line.key.startsWith('j/')) events.push(line.value as PlanEvent);
  }
  events.sort((left, right) => (left.seq < right.seq ? -1 : 1));
  const board: Board = new Map();
  const told = events.flatMap(event => {
    absorb(board, event);
    context.event(event);
    const sentence = sentenceOf(event, board);
    if (sentence === null || (sentence.detail && !globals.verbose)) return [];
    return [`${paint.dim(event.at.slice(0, 19).replace('T', ' '))}  ${sentence.text}`];
  });
  return {
    data: { plan_id: planId, goal, lines, events: snakeKeys(events) },
    text: [
      `${paint.bold(cleanLine(goal))}  ${planId}`,
      ...told,
      `${count(events.length, 'event')} in ${count(lines, 'line')}, each as it was written; nothing was done`,
    ].join('\n'),
  };
};
