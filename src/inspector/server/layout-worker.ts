import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { ElkNode } from 'elkjs';
import type { Chart } from '../../durable.ts';
import type { ChartLayout } from '../state/events.ts';
import { toChartLayout, toLayoutGraph } from './chart-layout.ts';

/** Draws charts, one after the other, beside the thread that asks: a large one takes a while. */
export interface ChartLayouter {
  /** A chart that cannot be laid out has a picture without places: 0 wide. */
  layout(chart: Chart): Promise<ChartLayout>;
  close(): Promise<void>;
}

const workerSource = `
const { parentPort, workerData } = require('node:worker_threads');
const Elk = require(workerData);
const elk = new Elk();
parentPort.on('message', ({ id, graph }) => elk.layout(graph).then(
  laid => parentPort.postMessage({ id, laid }),
  () => parentPort.postMessage({ id, laid: null }),
));
`;

interface LayoutReply {
  id: number;
  /** null where it cannot be done. */
  laid: ElkNode | null;
}

const emptyLayout: ElkNode = { id: '' };

export function createChartLayouter(): ChartLayouter {
  const asked = new Map<number, (laid: ElkNode) => void>();
  let worker: Worker | null = null;
  let count = 0;
  const giveUp = () => {
    for (const resolve of asked.values()) resolve(emptyLayout);
    asked.clear();
  };
  /** The thread is begun at the first chart, and keeps no process alive. */
  const begin = (): Worker => {
    const elk = createRequire(import.meta.url).resolve('elkjs/lib/elk.bundled.js');
    const begun = new Worker(workerSource, { eval: true, workerData: elk });
    begun.unref();
    begun.on('message', ({ id, laid }: LayoutReply) => {
      asked.get(id)?.(laid ?? emptyLayout);
      asked.delete(id);
    });
    begun.on('error', giveUp);
    return begun;
  };
  return {
    async layout(chart) {
      worker ??= begin();
      const at = worker;
      const id = count++;
      const laid = await new Promise<ElkNode>(resolve => {
        asked.set(id, resolve);
        at.postMessage({ id, graph: toLayoutGraph(chart) });
      });
      return toChartLayout(chart, laid);
    },
    async close() {
      await worker?.terminate();
      worker = null;
      giveUp();
    },
  };
}
