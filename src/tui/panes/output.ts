import { type Pane, span } from '../styled-row.ts';
import type { ViewModel } from '../view-model.ts';

/** Output of agents and validations; follows the end until you scroll up. */
export function outputPane({ content, state }: ViewModel): Pane<string> {
  return {
    title: state.cursors.output === undefined ? 'Output, following' : 'Output',
    items: content.output,
    id: (_, index) => String(index),
    row: line => [span(line)],
    empty: 'Nothing was printed yet.',
  };
}
