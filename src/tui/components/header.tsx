import { count } from '../../cli/progress/sentence.ts';
import { needsOf } from '../../index.ts';
import type { Facts } from '../facts.ts';
import { span } from '../row.ts';
import type { Theme } from '../theme.ts';
import { Line } from './line.tsx';

/** What needs somebody, and what is under way. */
export function Header({ facts, columns, theme }: { facts: Facts; columns: number; theme: Theme }) {
  const { plans, joined, fault } = facts.views;
  const [asks] = [...facts.asks.values()].flat();
  const lines = Object.values(plans);
  const needs = needsOf(plans).filter(({ kind }) => kind !== 'done').length;
  const done = needsOf(plans).filter(({ kind }) => kind === 'done').length;
  const roots = lines.filter(({ depth }) => depth === 0).length;
  const working = lines.filter(({ state }) => state === 'processing').length;
  const row =
    fault === null
      ? [
          span('troupe  ', 'accent'),
          span(
            needs === 0 ? 'nothing needs you' : `! ${needs} need${needs === 1 ? 's' : ''} you`,
            needs === 0 ? 'dim' : 'warn',
          ),
          span(asks === undefined ? '' : `: "${asks.goal}" asks to ${asks.words} (W)`, 'warn'),
          span(done === 0 ? '' : ` · ${done} to look at`, 'good'),
          span(joined ? ` · ${working} at work · ${count(roots, 'plan')}` : ' · looking …', 'dim'),
        ]
      : [span('troupe  ', 'accent'), span(`${fault.message}; ctrl+r looks again`, 'bad')];
  return <Line row={row} columns={columns} theme={theme} />;
}
