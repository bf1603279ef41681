import type { Facts } from '../facts.ts';
import { type Pane, span } from '../row.ts';

/** What agents and checks print; the end is followed until somebody looks further up. */
export function outputPane({ reading, state }: Facts): Pane<string> {
  return {
    title: state.cursors.output === undefined ? 'Output, following' : 'Output',
    items: reading.output,
    id: (_, index) => String(index),
    row: line => [span(line)],
    empty: 'Nothing was printed yet.',
  };
}
