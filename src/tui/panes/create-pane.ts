import type { ViewName } from '../keys.ts';
import { type Pane, rowText } from '../styled-row.ts';
import type { ViewModel } from '../view-model.ts';
import { checkpointsPane } from './checkpoints.ts';
import { checksPane } from './checks.ts';
import { conflictsPane } from './conflicts.ts';
import { costsPane } from './costs.ts';
import { decisionsPane } from './decisions.ts';
import { diffPane } from './diff.ts';
import { outputPane } from './output.ts';
import { plansPane } from './plans.ts';
import { treePane } from './tree.ts';
import { workersPane } from './workers.ts';

const panes: Record<ViewName, (model: ViewModel) => Pane> = {
  plans: untyped(plansPane),
  tree: untyped(treePane),
  decisions: untyped(decisionsPane),
  output: untyped(outputPane),
  diff: untyped(diffPane),
  conflicts: untyped(conflictsPane),
  checks: untyped(checksPane),
  checkpoints: untyped(checkpointsPane),
  costs: untyped(costsPane),
  workers: untyped(workersPane),
};

/** Returns a view as a pane, with the rows that match the filter. */
export function createPane(view: ViewName, model: ViewModel): Pane {
  const pane = panes[view](model);
  const filter = (model.state.filters[view] ?? '').toLowerCase();
  if (filter === '') return pane;
  const items = pane.items.filter(item => rowText(pane.row(item)).toLowerCase().includes(filter));
  return { ...pane, title: `${pane.title} / ${filter}`, items, empty: `Nothing with "${filter}" in it.` };
}

/** A pane whose item type only the pane itself uses. */
function untyped<Item>(make: (model: ViewModel) => Pane<Item>): (model: ViewModel) => Pane {
  return model => make(model) as Pane;
}
