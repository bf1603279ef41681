/**
 * Fifty windows that follow one plan of 1,000 subplans in two levels: agents, sandboxes and merges that do nothing, sockets
 * and store as they are. One window alone is measured beside it; what the other forty-nine cost is the difference.
 */
import { crowd } from '../../host/crowd.ts';
import type { Bench, Row } from '../case.ts';

export const bench: Bench = {
  async run(world) {
    const rows: Row[] = [];
    for (const windows of [1, 50]) {
      const name = `windows.${windows}`;
      if (!world.wants(name)) continue;
      const clients = Math.min(windows, world.size(windows, 3));
      const { events, heard, tookMs } = await crowd({ clients, subplans: world.size(1_000, 20) });
      const wrong = heard.filter(seqs => seqs.length !== events.length || seqs.some((seq, at) => seq !== events[at]));
      if (wrong.length > 0) throw new Error(`${wrong.length} of ${clients} windows lost or doubled events`);
      rows.push({ name, value: tookMs / 1000, unit: 's', n: events.length * clients });
    }
    return rows;
  },
};
