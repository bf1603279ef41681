import { needOf, type PlanLine, progressOf } from '../../index.ts';
import type { Facts } from '../facts.ts';
import { cell, type Pane, span } from '../row.ts';
import { age, askWords, badgeOf, errorOf, markOf, needWords, placeOf } from '../words.ts';

/** Root plans, newest first. */
export function plansPane(facts: Facts): Pane<PlanLine> {
  const { views, children, state, now } = facts;
  const roots = [...(children.get('') ?? [])].reverse().filter(line => state.all || !isOver(line));
  return {
    title: state.all ? 'Plans, all' : 'Plans',
    items: roots,
    id: ({ planId }) => planId,
    row(line) {
      const { done, total } = progressOf(line.planId, children, views.subplans);
      const place = placeOf(line);
      const asks = askWords(line, facts);
      return [
        badgeOf(line, facts),
        span(' '),
        markOf(line),
        span(` ${cell(place.text, 19)}`, place.role),
        span(cell(total === 0 ? '' : `${done}/${total}`, 8), 'dim'),
        span(`${age(line.createdAt, now).padStart(4)}  `, 'dim'),
        span(line.goal),
        span(asks === '' ? '' : ` — ${asks}`, 'warn'),
      ];
    },
    foot(line) {
      const need = needOf(line);
      const asks = askWords(line, facts);
      const words = asks !== '' ? `${asks}; a approves, D denies` : need === null ? line.note : needWords[need];
      return [
        [span(line.goal, 'strong')],
        [span(`${line.actionName} · ${line.profile} · ${line.planId}`, 'dim')],
        [span(words, need === null && asks === '' ? 'dim' : 'warn'), span(errorOf(line), 'bad')],
      ];
    },
    empty: views.joined ? 'No unfinished plan. n makes one; v shows finished ones.' : 'Looking …',
  };
}

const isOver = ({ state }: PlanLine) => state === 'applied' || state === 'cancelled';
