import type { ActorLifecycleEvent, DurableSystem } from '../../src/durable.ts';

/** The events of a large, long-running durable system. */
export function manyActors(actors: number, events: number): Pick<DurableSystem, 'subscribeToActors'> {
  const uid = (index: number) => String(index).padStart(8, '0');
  const chart = { id: 'one', version: null, root: { id: 'one', key: 'one', type: 'atomic' as const, ...none } };
  return {
    subscribeToActors(subscriber) {
      const sightings: ActorLifecycleEvent[] = [{ type: 'chart', chart: 1, definition: chart }];
      for (let index = 0; index <= actors; index++) {
        const parent = index === 0 ? null : uid(Math.floor((index - 1) / 100));
        const known = { id: `actor-${index}`, src: 'one', systemId: null, chart: 1, state: { value: {} } };
        sightings.push({ type: 'started', uid: uid(index), parent, ...known });
      }
      for (let at = 0; at < events; at++) {
        const [from, to] = [uid(at % actors), uid((at * 7) % actors)];
        sightings.push({ type: 'received', uid: to, from, event: { type: `EVENT_${at % 10}`, at }, at });
      }
      queueMicrotask(() => subscriber(sightings));
      return () => undefined;
    },
  };
}

const none = { initial: [], tags: [], entry: [], exit: [], invokes: [], transitions: [], states: [] };
