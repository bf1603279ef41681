import type { WorkerInfo } from '../index.ts';
import { withoutPassword } from '../model/address.ts';
import { defaultNamespace } from '../model/worker-info.ts';
import { formatAge } from './duration.ts';
import { sanitizeLine } from './sanitize.ts';

/** Says where no workers were found: they may use another queue or namespace. */
export const noWorkersText = (queue: string, namespace = defaultNamespace): string =>
  `There are no workers at ${withoutPassword(queue)} in the namespace ${namespace}.`;

/** A worker in one line: its machine, how much it does, and what it may do. @param now in milliseconds */
export function workerText(worker: WorkerInfo, now: number = Date.now()): string {
  const { host, version, agents, labels, commands, running, concurrency, isDraining, isLost, seenAt } = worker;
  const state = isLost ? ` (lost, last seen ${formatAge(seenAt, now)} ago)` : isDraining ? ' (ends)' : '';
  const named = Object.entries(agents).map(([name, of]) => (of === null ? name : `${name} ${of}`));
  const parts = [
    `${host}${state}`,
    ...(isLost ? [] : [`${running} of ${concurrency}`]),
    named.join(', '),
    ...(labels.length === 0 ? [] : [`labels ${labels.join(', ')}`]),
    commands.length === 0 ? 'no commands' : `may run ${commands.join(', ')}`,
    ...(worker.hasExchange ? [] : ['no exchange']),
    version,
  ];
  return sanitizeLine(parts.join(' · '));
}
