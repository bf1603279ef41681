import { sanitizeLine } from '../../../presentation/sanitize.ts';
import { formatTable } from '../../../presentation/text-layout.ts';
import type { WorkerInfo } from '../../../worker.ts';
import type { RunCommand } from '../../command.ts';
import { loadUserWorkers } from '../../project/config.ts';
import { requireQueue } from '../../project/queue-flags.ts';

/** Lists the workers of a queue. */
export const run: RunCommand = async context => {
  const { listWorkers } = await import('../../../worker.ts');
  const { queue, namespace } = requireQueue(context, await loadUserWorkers(context.io.env), 'queue');
  const workers = await listWorkers({ queue, namespace });
  const rows = workers.map(worker => [worker.id, sanitizeLine(describe(worker))] as const);
  return {
    data: {
      workers: workers.map(({ isDraining, startedAt, hasExchange, ...rest }) => ({
        ...rest,
        draining: isDraining,
        started_at: startedAt,
        exchange: hasExchange,
      })),
    },
    text: rows.length === 0 ? 'There are no workers.' : formatTable(rows).join('\n'),
  };
};

function describe(worker: WorkerInfo): string {
  const { host, version, agents, labels, commands, running, concurrency, isDraining, hasExchange } = worker;
  const named = Object.entries(agents).map(([name, of]) => (of === null ? name : `${name} ${of}`));
  return [
    `${host}${isDraining ? ' (ends)' : ''}`,
    `${running} of ${concurrency}`,
    named.join(', '),
    ...(labels.length === 0 ? [] : [`labels ${labels.join(', ')}`]),
    commands.length === 0 ? 'no commands' : `may run ${commands.join(', ')}`,
    ...(hasExchange ? [] : ['no exchange']),
    version,
  ].join(' · ');
}
