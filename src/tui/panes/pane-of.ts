import type { Facts } from '../facts.ts';
import type { ViewName } from '../keys.ts';
import { type Pane, wordsOf } from '../row.ts';
import { checkpointsPane } from './checkpoints.ts';
import { checksPane } from './checks.ts';
import { conflictsPane } from './conflicts.ts';
import { costsPane } from './costs.ts';
import { decisionsPane } from './decisions.ts';
import { diffPane } from './diff.ts';
import { outputPane } from './output.ts';
import { plansPane } from './plans.ts';
import { treePane } from './tree.ts';

const panes: Record<ViewName, (facts: Facts) => Pane> = {
  plans: widened(plansPane),
  tree: widened(treePane),
  decisions: widened(decisionsPane),
  output: widened(outputPane),
  diff: widened(diffPane),
  conflicts: widened(conflictsPane),
  checks: widened(checksPane),
  checkpoints: widened(checkpointsPane),
  costs: widened(costsPane),
};

/** A view as a pane, with only the rows that the filter lets through. */
export function paneOf(view: ViewName, facts: Facts): Pane {
  const pane = panes[view](facts);
  const filter = (facts.state.filters[view] ?? '').toLowerCase();
  if (filter === '') return pane;
  const items = pane.items.filter(item => wordsOf(pane.row(item)).toLowerCase().includes(filter));
  return { ...pane, title: `${pane.title} / ${filter}`, items, empty: `Nothing with "${filter}" in it.` };
}

/** A pane whose items only it needs to know. */
function widened<Item>(make: (facts: Facts) => Pane<Item>): (facts: Facts) => Pane {
  return facts => make(facts) as Pane;
}
