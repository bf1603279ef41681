/**
 * Fifty windows that follow one plan of 1,000 subplans in two levels: agents, sandboxes and merges that do nothing, sockets
 * and store as they are. One window alone is measured beside it; what the other forty-nine cost is the difference.
 */
import { runManyClients } from '../../host/many-clients.ts';
import type { BenchCase, Measurement } from '../bench-case.ts';

export const bench: BenchCase = {
  async run(context) {
    const rows: Measurement[] = [];
    for (const windows of [1, 50]) {
      const name = `windows.${windows}`;
      if (!context.includes(name)) continue;
      const clients = Math.min(windows, context.size(windows, 3));
      const { events, received, totalMs } = await runManyClients({ clients, subplans: context.size(1_000, 20) });
      const wrong = received.filter(
        seqs => seqs.length !== events.length || seqs.some((seq, at) => seq !== events[at]),
      );
      if (wrong.length > 0) throw new Error(`${wrong.length} of ${clients} windows lost or doubled events`);
      rows.push({ name, value: totalMs / 1000, unit: 's', n: events.length * clients });
    }
    return rows;
  },
};
