// What it teaches: many instances of a machine in one store. They sleep when nothing runs in them and wake by a call or their
// timer; they are found by search attributes; a schedule starts one at each due time; a new version of the machine runs beside
// the old one. The clock is moved by hand here, so that a day passes at once.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manualClock, openDurable } from 'troupe/durable';
import { levelStore } from 'troupe/level';
import { assign, setup } from 'xstate';

const hour = 3_600_000;

interface Order {
  customer: string;
  total: number;
  dueAt: number;
}

const orderOf = (version: string, reminder: string) =>
  setup({
    types: {} as {
      context: Order & { sent: string[] };
      input: Order;
      events: { type: 'PAY' } | { type: 'ADD'; amount: number };
      tags: 'waiting';
    },
    actions: { remind: assign({ sent: ({ context }) => [...context.sent, reminder] }) },
  }).createMachine({
    id: 'order',
    version,
    context: ({ input }) => ({ ...input, sent: [] }),
    initial: 'unpaid',
    on: { ADD: { actions: assign({ total: ({ context, event }) => context.total + event.amount }) } },
    states: {
      unpaid: { tags: 'waiting', on: { PAY: 'paid' }, after: { [24 * hour]: { actions: 'remind' } } },
      paid: {},
    },
  });

const report = setup({ types: {} as { context: { day: string }; input: { day: string } } }).createMachine({
  id: 'report',
  context: ({ input }) => input,
  initial: 'made',
  states: { made: { type: 'final' } },
});

const orderV1 = orderOf('1', 'please pay');
const orderV2 = orderOf('2', 'your order waits');

const folder = mkdtempSync(join(tmpdir(), 'troupe-orders-'));
const clock = manualClock(Date.parse('2026-11-24T12:00:00Z'));

const open = (orders: (typeof orderV1)[]) =>
  openDurable({
    store: levelStore(join(folder, 'store')),
    machines: { order: orders, report },
    search: {
      order: {
        customer: ({ context }) => context.customer,
        total: ({ context }) => context.total,
        dueAt: ({ context }) => new Date(context.dueAt),
      },
    },
    clock,
    sleepAfterMs: 60_000,
  });

/** Moves the clock, and waits until all that is due by then has happened. */
async function pass(system: Awaited<ReturnType<typeof open>>, ms: number): Promise<void> {
  clock.advance(ms);
  do {
    await new Promise(setImmediate);
    clock.advance(0);
  } while (system.health().timers.lateMs > 0);
  await system.list({ limit: 1 }); // what happened so far is on disk
}

try {
  const first = await open([orderV1]);
  for (let at = 0; at < 1_000; at++) {
    const input = { customer: at % 10 === 0 ? 'ada' : 'bo', total: at, dueAt: clock.now() + at * hour };
    await first.start('order', { id: `${at}`, input });
  }
  await pass(first, 60_000);
  console.log('asleep:', first.health().instances.asleep, 'awake:', first.health().instances.awake);

  await first.get('order', '990').send({ type: 'ADD', amount: 100 }); // wakes it
  const large = await first.list({ where: { customer: 'ada', total: { gte: 970 } }, state: 'unpaid' });
  console.log('large orders of ada:', large.map(({ id, attributes }) => `${id} (${attributes.total})`).join(', '));
  await first.close(); // wherever it is

  const second = await open([orderV1, orderV2]);
  await second.every('daily', '0 6 * * *', { start: 'report', input: at => ({ day: at.toISOString().slice(0, 10) }) });
  await second.start('order', { id: 'new', input: { customer: 'ada', total: 5, dueAt: clock.now() } });
  await pass(second, 25 * hour);
  const sent = async (id: string) => second.get('order', id).query(({ context }) => context.sent.join());
  console.log('reminded:', await sent('7'), '/', await sent('new'));
  const reports = await second.list({ machine: 'report' });
  console.log('reports:', reports.map(({ id, status }) => `${id} ${status}`).join());
  const old = await second.list({ machine: 'order', version: '1', limit: 2_000 });
  assert.equal(old.length, 1_000);
  await second.close();
} finally {
  rmSync(folder, { recursive: true });
}
