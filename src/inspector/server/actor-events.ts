/** Converts actor traces to events of the store: a chart is laid out before its actors are reported. */
import type { ActorTrace, TraceBatch } from '../../durable.ts';
import type { InspectorEvent } from '../state/events.ts';
import type { Broadcaster } from './broadcaster.ts';
import type { ChartLayouter } from './layout-worker.ts';

export interface ActorEventSink {
  add(batch: TraceBatch): void;
}

/**
 * @param prefix prepended to uids, so that those of two sources differ
 * @param charts assigns unique chart numbers
 */
export function createActorEventSink(
  broadcaster: Broadcaster,
  layouter: ChartLayouter,
  { prefix, charts }: { prefix: string; charts: () => number },
): ActorEventSink {
  let numbers = new Map<number, number>();
  const numberOf = (chart: number): number => {
    const number = numbers.get(chart) ?? charts();
    numbers.set(chart, number);
    return number;
  };
  const draw = (trace: Extract<ActorTrace, { type: 'chart' }>) => {
    const chart = numberOf(trace.chart);
    void layouter.layout(trace.definition).then(picture => broadcaster.add([{ type: 'chart', chart, picture }]));
  };
  const named = (uid: string) => `${prefix}${uid}`;
  const itemOf = (trace: Exclude<ActorTrace, { type: 'chart' }>): InspectorEvent => {
    const uid = named(trace.uid);
    switch (trace.type) {
      case 'started': {
        const { parent, chart } = trace;
        return {
          ...trace,
          uid,
          parent: parent === null ? null : named(parent),
          chart: chart === null ? null : numberOf(chart),
        };
      }
      case 'received':
        return { ...trace, uid, from: trace.from === null ? null : named(trace.from) };
      case 'transitioned':
      case 'stopped':
        return { ...trace, uid };
    }
  };
  return {
    add({ snapshot, traces }) {
      if (snapshot) {
        numbers = new Map();
        broadcaster.add([{ type: 'forget', what: 'actors', prefix }]);
      }
      const items: InspectorEvent[] = [];
      for (const trace of traces) {
        if (trace.type === 'chart') draw(trace);
        else items.push(itemOf(trace));
      }
      broadcaster.add(items);
    },
  };
}
