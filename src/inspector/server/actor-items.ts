/** What actors do as items of the book: their charts are drawn before anything is told of who follows them. */
import type { Trace, TraceBatch } from '../../durable.ts';
import type { Item } from '../book/item.ts';
import type { Draughtsman } from './draughtsman.ts';
import type { Hub } from './hub.ts';

export interface ActorItems {
  add(batch: TraceBatch): void;
}

/**
 * @param prefix put before uids, so that two sources do not meet
 * @param charts gives numbers of charts that nobody else has
 */
export function actorItems(
  hub: Hub,
  draughtsman: Draughtsman,
  { prefix, charts }: { prefix: string; charts: () => number },
): ActorItems {
  let numbers = new Map<number, number>();
  const numberOf = (chart: number): number => {
    const number = numbers.get(chart) ?? charts();
    numbers.set(chart, number);
    return number;
  };
  const draw = (trace: Extract<Trace, { type: 'chart' }>) => {
    const chart = numberOf(trace.chart);
    void draughtsman.draw(trace.drawing).then(picture => hub.add([{ type: 'chart', chart, picture }]));
  };
  const named = (uid: string) => `${prefix}${uid}`;
  const itemOf = (trace: Exclude<Trace, { type: 'chart' }>): Item => {
    const uid = named(trace.uid);
    switch (trace.type) {
      case 'born': {
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
      case 'moved':
      case 'gone':
        return { ...trace, uid };
    }
  };
  return {
    add({ fresh, traces }) {
      if (fresh) {
        numbers = new Map();
        hub.add([{ type: 'forget', what: 'actors', prefix }]);
      }
      const items: Item[] = [];
      for (const trace of traces) {
        if (trace.type === 'chart') draw(trace);
        else items.push(itemOf(trace));
      }
      hub.add(items);
    },
  };
}
