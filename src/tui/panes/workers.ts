import type { WorkerInfo } from '../../index.ts';
import { workerText } from '../../presentation/worker-text.ts';
import { fitCell, type Pane, span } from '../styled-row.ts';
import type { ViewModel } from '../view-model.ts';

/** The workers to which the work of plans goes. */
export function workersPane({ content: { workers } }: ViewModel): Pane<WorkerInfo> {
  return {
    title: 'Workers',
    items: workers?.list ?? [],
    id: ({ id }) => id,
    row: worker => [span(fitCell(worker.id, 15), 'dim'), span(workerText(worker))],
    empty: workers === null ? 'Looking …' : (workers.problem ?? 'There are no workers: all work is done here.'),
  };
}
