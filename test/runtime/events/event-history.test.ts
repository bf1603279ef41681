import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../src/adapters/stores/memory-store.ts';
import type { PlanEvent } from '../../../src/model/event.ts';
import type { PlanRecord } from '../../../src/model/plan.ts';
import { createEventBus } from '../../../src/runtime/events/event-bus.ts';
import { createEventHistoryCache } from '../../../src/runtime/events/event-history.ts';
import { keys } from '../../../src/runtime/records/keys.ts';
import { openLedger } from '../../../src/runtime/records/ledger.ts';
import { indexRows } from '../../../src/runtime/records/plan-index.ts';

const event = (planId: string, seq: string): PlanEvent => ({
  type: 'step.progressed',
  planId,
  phase: 'execute',
  message: seq,
  seq,
  at: '',
});
const createdEvent = (planId: string, parentPlanId: string, seq: string): PlanEvent => ({
  type: 'plan.created',
  planId,
  spec: { planId, parentPlanId } as PlanRecord,
  seq,
  at: '',
});
const seqs = (events: readonly PlanEvent[]) => events.map(({ seq }) => seq);

/** A store with the plans A, its child B and an unrelated plan C, and the number of reads of their records. */
async function testProject({
  hold = Promise.resolve(),
  more = [],
}: {
  hold?: Promise<void>;
  more?: { planId: string; parentPlanId: string; depth: number }[];
} = {}) {
  const store = await memoryStore()();
  const put = (key: string, value: unknown) => ({ type: 'put' as const, key, value });
  const planRows = (plan: Pick<PlanRecord, 'planId' | 'parentPlanId' | 'rootPlanId' | 'depth'>) => [
    put(keys.plan(plan.planId), plan),
    ...indexRows(plan),
  ];
  await store.batch([
    ...planRows({ planId: 'A', parentPlanId: null, rootPlanId: 'A', depth: 0 }),
    ...planRows({ planId: 'B', parentPlanId: 'A', rootPlanId: 'A', depth: 1 }),
    ...planRows({ planId: 'C', parentPlanId: null, rootPlanId: 'C', depth: 0 }),
    ...more.flatMap(plan => [
      ...planRows({ ...plan, rootPlanId: 'A' }),
      put(keys.event(plan.planId, `4${plan.planId}`), event(plan.planId, `4${plan.planId}`)),
    ]),
    ...[event('A', '1'), event('B', '2'), event('C', '3'), event('A', '4')].map(each =>
      put(keys.event(each.planId, each.seq), each),
    ),
  ]);
  const ledger = openLedger(store);
  const live = createEventBus();
  let read = 0;
  const books = createEventHistoryCache({
    feed: live,
    ledger: {
      ...ledger,
      async relatives(planId) {
        read += 1;
        const records = await ledger.relatives(planId);
        await hold;
        return records;
      },
    },
  });
  return { live, books, read: () => read };
}

describe('an event history', () => {
  test('holds the events of the plan and all its subplans in order, and grows with them', async () => {
    const { live, books } = await testProject();
    const history = await books.open('A');
    expect(seqs(history.events)).toEqual(['1', '2', '4']);
    let grown = 0;
    const leave = history.subscribe(() => {
      grown += 1;
    });
    live.publish([event('C', '5'), createdEvent('D', 'B', '6'), event('D', '7')]);
    live.publish([event('C', '8')]);
    expect([seqs(history.events), grown]).toEqual([['1', '2', '4', '6', '7'], 1]);
    leave();
    live.publish([event('A', '9')]);
    expect(history.events).toHaveLength(5);
  });

  test('includes grandchildren whose ids sort before those of their parents because the clock was set back', async () => {
    const { books } = await testProject({
      more: [
        { planId: '0', parentPlanId: '1', depth: 2 },
        { planId: '1', parentPlanId: 'A', depth: 1 },
      ],
    });
    expect(seqs((await books.open('A')).events)).toEqual(['1', '2', '4', '40', '41']);
  });

  test('neither loses nor duplicates events that are emitted while it is read', async () => {
    let go: () => void = () => {};
    const { live, books } = await testProject({
      hold: new Promise(resolve => {
        go = resolve;
      }),
    });
    const opening = books.open('A');
    // One event that is already in the journal, and two that are not.
    live.publish([event('A', '4'), event('B', '5')]);
    live.publish([event('A', '6')]);
    go();
    expect(seqs((await opening).events)).toEqual(['1', '2', '4', '5', '6']);
  });

  test('is read once for all followers, and again after all of them have left', async () => {
    const { books, read } = await testProject();
    const [first, second] = await Promise.all([books.open('A'), books.open('A')]);
    expect([first?.events, read()]).toEqual([second?.events, 1]);
    const leave = [first, second].map(each => each.subscribe(() => {}));
    leave[0]?.();
    expect((await books.open('A')).events).toBe(first.events);
    leave[1]?.();
    expect(read()).toBe(1);
    (await books.open('C')).subscribe(() => {})();
    (await books.open('C')).subscribe(() => {})();
    expect(read()).toBe(3);
  });

  test('returns the position after a given event', async () => {
    const { books } = await testProject();
    const { position } = await books.open('A');
    expect(['', '1', '2', '3', '4', '5'].map(position)).toEqual([0, 1, 2, 2, 3, 3]);
  });

  test('that cannot be read rejects all waiting readers, and is not cached', async () => {
    let broken = true;
    const live = createEventBus();
    const store = await memoryStore()();
    const ledger = openLedger(store);
    const books = createEventHistoryCache({
      feed: live,
      ledger: { ...ledger, relatives: id => (broken ? Promise.reject(new Error('gone')) : ledger.relatives(id)) },
    });
    const both = await Promise.allSettled([books.open('A'), books.open('A')]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    broken = false;
    expect((await books.open('A')).events).toEqual([]);
  });
});
