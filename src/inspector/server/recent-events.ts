import type { InspectorEvent } from '../state/events.ts';

/** The last events, numbered from 1, for pages that have only missed a few. */
export interface RecentEvents {
  /** Number of the last event; 0 before the first. */
  readonly lastSeq: number;
  /** Number of the last event that is no longer kept. */
  readonly droppedSeq: number;
  add(items: readonly InspectorEvent[]): void;
  /** Returns at most `count` kept events after number `seq`. */
  after(seq: number, count: number): readonly InspectorEvent[];
}

/** @param max events that are kept at least */
export function createRecentEvents(max: number): RecentEvents {
  let items: InspectorEvent[] = [];
  let lastSeq = 0;
  const droppedSeq = () => lastSeq - items.length;
  return {
    get lastSeq() {
      return lastSeq;
    },
    get droppedSeq() {
      return droppedSeq();
    },
    add(added) {
      items.push(...added);
      lastSeq += added.length;
      if (items.length > 2 * max) items = items.slice(-max);
    },
    after(seq, count) {
      const start = seq - droppedSeq();
      return items.slice(start, start + count);
    },
  };
}
