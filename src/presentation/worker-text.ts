import type { WorkerInfo } from '../index.ts';
import { sanitizeLine } from './sanitize.ts';

/** A worker in one line: its machine, how much it does, and what it may do. */
export function workerText(worker: WorkerInfo): string {
  const { host, version, agents, labels, commands, running, concurrency, isDraining, hasExchange } = worker;
  const named = Object.entries(agents).map(([name, of]) => (of === null ? name : `${name} ${of}`));
  const parts = [
    `${host}${isDraining ? ' (ends)' : ''}`,
    `${running} of ${concurrency}`,
    named.join(', '),
    ...(labels.length === 0 ? [] : [`labels ${labels.join(', ')}`]),
    commands.length === 0 ? 'no commands' : `may run ${commands.join(', ')}`,
    ...(hasExchange ? [] : ['no exchange']),
    version,
  ];
  return sanitizeLine(parts.join(' · '));
}
