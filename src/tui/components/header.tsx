import { attentionItems, requestText } from '../../index.ts';
import { pluralize } from '../../presentation/units.ts';
import { span } from '../styled-row.ts';
import type { Theme } from '../theme.ts';
import type { ViewModel } from '../view-model.ts';
import { StyledLine } from './styled-line.tsx';

/** Plans that need you, and plans that are working. */
export function Header({ model, columns, theme }: { model: ViewModel; columns: number; theme: Theme }) {
  const { plans, loaded, error } = model.views;
  const [asks] = [...model.approvals.values()].flat();
  const lines = Object.values(plans);
  const needs = attentionItems(plans).filter(({ kind }) => kind !== 'done').length;
  const done = attentionItems(plans).filter(({ kind }) => kind === 'done').length;
  const roots = lines.filter(({ depth }) => depth === 0).length;
  const working = lines.filter(({ state }) => state === 'processing').length;
  const row =
    error === null
      ? [
          span('troupe  ', 'accent'),
          span(
            needs === 0 ? 'nothing needs you' : `! ${needs} need${needs === 1 ? 's' : ''} you`,
            needs === 0 ? 'dim' : 'warn',
          ),
          span(asks === undefined ? '' : `: "${asks.goal}" ${requestText(asks)} (W)`, 'warn'),
          span(done === 0 ? '' : ` · ${done} to look at`, 'good'),
          span(loaded ? ` · ${working} at work · ${pluralize(roots, 'plan')}` : ' · looking …', 'dim'),
        ]
      : [span('troupe  ', 'accent'), span(`${error.code}: ${error.message}. Press ctrl+r to reconnect`, 'bad')];
  return <StyledLine row={row} columns={columns} theme={theme} />;
}
