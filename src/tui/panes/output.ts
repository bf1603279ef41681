import { type Pane, span } from '../styled-row.ts';
import type { ViewModel } from '../view-model.ts';

/** What agents and checks print; the end is followed until somebody looks further up. */
export function outputPane({ content, state }: ViewModel): Pane<string> {
  return {
    title: state.cursors.output === undefined ? 'Output, following' : 'Output',
    items: content.output,
    id: (_, index) => String(index),
    row: line => [span(line)],
    empty: 'Nothing was printed yet.',
  };
}
