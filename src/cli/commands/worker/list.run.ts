import { formatTable } from '../../../presentation/text-layout.ts';
import { noWorkersText, workerText } from '../../../presentation/worker-text.ts';
import type { RunCommand } from '../../command.ts';
import { loadUserWorkers } from '../../project/config.ts';
import { requireQueue } from '../../project/queue-flags.ts';

/** Lists the workers of a queue. */
export const run: RunCommand = async context => {
  const { listWorkers } = await import('../../../worker.ts');
  const { queue, namespace } = requireQueue(context, await loadUserWorkers(context.io.env), 'queue');
  const workers = await listWorkers({ queue, namespace });
  const rows = workers.map(worker => [worker.id, workerText(worker)] as const);
  return {
    data: {
      workers: workers.map(({ isDraining, isLost, startedAt, seenAt, hasExchange, ...rest }) => ({
        ...rest,
        draining: isDraining,
        lost: isLost,
        started_at: startedAt,
        seen_at: seenAt,
        exchange: hasExchange,
      })),
    },
    text: rows.length === 0 ? noWorkersText(queue, namespace) : formatTable(rows).join('\n'),
  };
};
