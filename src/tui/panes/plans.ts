import { attentionKind, childProgress, type PlanSummary } from '../../index.ts';
import { formatAge } from '../../presentation/duration.ts';
import { answerKeys, approvalText, attentionBadge, errorText, needLabels, stateSpan, stateSymbol } from '../labels.ts';
import { fitCell, type Pane, span } from '../styled-row.ts';
import type { ViewModel } from '../view-model.ts';

/** Root plans, newest first. */
export function plansPane(model: ViewModel): Pane<PlanSummary> {
  const { views, children, state, now } = model;
  const roots = [...(children.get('') ?? [])].reverse().filter(line => state.all || !isOver(line));
  return {
    title: state.all ? 'Plans, all' : 'Plans',
    items: roots,
    id: ({ planId }) => planId,
    row(line) {
      const { done, total } = childProgress(line.planId, children, views.subplans);
      const place = stateSpan(line);
      const asks = approvalText(line, model);
      return [
        attentionBadge(line, model),
        span(' '),
        stateSymbol(line),
        span(` ${fitCell(place.text, 19)}`, place.role),
        span(fitCell(total === 0 ? '' : `${done}/${total}`, 8), 'dim'),
        span(`${formatAge(line.createdAt, now).padStart(6)}  `, 'dim'),
        span(line.goal),
        span(asks === '' ? '' : ` — ${asks}`, 'warn'),
      ];
    },
    foot(line) {
      const need = attentionKind(line);
      const asks = approvalText(line, model);
      const words = asks !== '' ? `${asks}; ${answerKeys(line, model)}` : need === null ? line.note : needLabels[need];
      return [
        [span(line.goal, 'strong')],
        [span(`${line.actionName} · ${line.profile} · ${line.planId}`, 'dim')],
        [span(words, need === null && asks === '' ? 'dim' : 'warn'), span(errorText(line), 'bad')],
      ];
    },
    empty: views.loaded ? 'No unfinished plan. n makes one; v shows finished ones.' : 'Looking …',
  };
}

const isOver = ({ state }: PlanSummary) => state === 'applied' || state === 'cancelled';
