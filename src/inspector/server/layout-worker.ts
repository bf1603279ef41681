import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ElkNode } from 'elkjs';
import type { Chart } from '../../durable.ts';
import type { ChartLayout } from '../state/events.ts';
import { toChartLayout, toLayoutGraph } from './chart-layout.ts';

/** Lays out charts in a worker thread, one after the other and each once: a large one takes a while. */
export interface ChartLayouter {
  /** For a chart that cannot be laid out, the result has no positions: width 0. */
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
  /** null when the layout failed. */
  laid: ElkNode | null;
}

const emptyLayout: ElkNode = { id: '' };

/** The command line has elkjs beside it; the entry point uses the application's. */
function locateElk(): string {
  const bundled = fileURLToPath(new URL('./elk.cjs', import.meta.url));
  return existsSync(bundled) ? bundled : createRequire(import.meta.url).resolve('elkjs/lib/elk.bundled.js');
}

/** @throws {Error} MODULE_NOT_FOUND when elkjs is not installed */
export function createChartLayouter(): ChartLayouter {
  const elk = locateElk();
  const asked = new Map<number, (laid: ElkNode) => void>();
  let worker: Worker | null = null;
  let count = 0;
  const giveUp = () => {
    for (const resolve of asked.values()) resolve(emptyLayout);
    asked.clear();
  };
  /** The thread starts with the first chart, and does not keep the process alive. */
  const begin = (): Worker => {
    // Without the flags of this process: `--input-type=module` would make the source a module, which has no `require`.
    const started = new Worker(workerSource, { eval: true, execArgv: [], workerData: elk });
    started.unref();
    started.on('message', ({ id, laid }: LayoutReply) => {
      asked.get(id)?.(laid ?? emptyLayout);
      asked.delete(id);
    });
    started.on('error', giveUp);
    return started;
  };
  const layOut = async (chart: Chart): Promise<ChartLayout> => {
    worker ??= begin();
    const at = worker;
    const id = count++;
    const laid = await new Promise<ElkNode>(resolve => {
      asked.set(id, resolve);
      at.postMessage({ id, graph: toLayoutGraph(chart) });
    });
    return toChartLayout(chart, laid);
  };
  /** By the chart as JSON: each owner of the store, and each checkpoint, has the same machines. */
  const layouts = new Map<string, Promise<ChartLayout>>();
  return {
    layout(chart) {
      const key = JSON.stringify(chart);
      const layout = layouts.get(key) ?? layOut(chart);
      layouts.set(key, layout);
      return layout;
    },
    async close() {
      await worker?.terminate();
      worker = null;
      giveUp();
      layouts.clear();
    },
  };
}
