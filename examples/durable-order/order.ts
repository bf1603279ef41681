// What it teaches: any XState v5 machine can be made durable. This one takes an order, charges for it once, and ships
// it after a while; the process may die at any point and the order continues. A snapshot restores it, and starts others.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { effect, memoryStore, openDurable, type SystemSnapshot } from 'troupe/durable';
import { levelStore } from 'troupe/level';
import { type ActorRefFrom, assign, setup, spawnChild, waitFor } from 'xstate';

const charges: string[] = [];

const order = setup({
  types: {
    context: {} as { amount: number; receipt: string | null },
    events: {} as { type: 'pay'; amount: number },
    emitted: {} as { type: 'order.shipped'; receipt: string | null },
  },
  actors: {
    // An effect begins only after the order for it is on disk, and its key is the same when it is asked again.
    charge: effect<{ amount: number }, string>(async ({ input, key }) => {
      charges.push(key);
      return `receipt ${input.amount}`;
    }),
  },
}).createMachine({
  id: 'order',
  context: { amount: 0, receipt: null },
  initial: 'open',
  states: {
    open: { on: { pay: { target: 'charging', actions: assign({ amount: ({ event }) => event.amount }) } } },
    charging: {
      invoke: {
        src: 'charge',
        input: ({ context }) => ({ amount: context.amount }),
        onDone: { target: 'packing', actions: assign({ receipt: ({ event }) => event.output }) },
      },
    },
    packing: { after: { 50: 'shipped' } },
    shipped: { tags: ['done'] },
  },
});

// A parent of orders, so that a second one can start from the snapshot of the first.
const shop = setup({ actors: { order } }).createMachine({ id: 'shop', entry: spawnChild('order', { id: 'order-17' }) });

const folder = mkdtempSync(join(tmpdir(), 'troupe-order-'));
const store = levelStore(join(folder, 'store'));
try {
  const first = await openDurable({ store, machine: order });
  const paid = await first.command('payment-1', root => root.send({ type: 'pay', amount: 42 }));
  const again = await first.command('payment-1', root => root.send({ type: 'pay', amount: 42 }));
  assert.deepEqual([paid.duplicate, again.duplicate], [false, true]);
  await first.close(); // in the middle of things

  const second = await openDurable({ store, machine: order });
  await waitFor(second.root, state => state.matches('packing'));
  // Plain JSON of the order and what is below it: state, context, the time its timers have left. Keep it where you like.
  const packing = JSON.parse(JSON.stringify(await second.snapshot())) as SystemSnapshot;
  await waitFor(second.root, state => state.hasTag('done'));
  console.log(second.root.getSnapshot().value, second.root.getSnapshot().context);
  assert.equal(second.root.getSnapshot().context.receipt, 'receipt 42');
  assert.equal(new Set(charges).size, 1);

  // One batch: a crash leaves the order shipped, or in packing again.
  const states: unknown[] = [];
  second.root.subscribe(state => states.push(state.value));
  await second.restore('root', packing);
  await waitFor(second.root, state => state.hasTag('done'));
  console.log('restored:', states.join(', '));
  assert.equal(new Set(charges).size, 1); // it was paid for by then, so it is not charged again
  await second.close();

  // The same snapshot begins another store: a copy to try something with.
  const copy = await openDurable({ store: memoryStore(), machine: order, snapshot: packing });
  await waitFor(copy.root, state => state.hasTag('done'));
  console.log('the copy:', copy.root.getSnapshot().value, copy.root.getSnapshot().context);
  await copy.close();

  // In one store, a fork is another child of the root. It has effects of its own: what the first has paid for is in its state.
  const system = await openDurable({ store: memoryStore(), machine: shop });
  const orders = () => system.root.getSnapshot().children as Record<string, ActorRefFrom<typeof order>>;
  const original = orders()['order-17'];
  assert.ok(original);
  await system.command('payment-17', () => original.send({ type: 'pay', amount: 7 }));
  await waitFor(original, state => state.matches('packing'));
  await system.fork(await system.snapshot('order-17'), { id: 'order-18' });
  const fork = orders()['order-18'];
  assert.ok(fork);
  const ends = await Promise.all([original, fork].map(each => waitFor(each, state => state.hasTag('done'))));
  console.log('the fork:', ends.map(({ value, context }) => `${value} ${context.receipt}`).join(', '));
  assert.equal(new Set(charges).size, 2); // one for each order that was paid, none for the fork
  await system.close();
} finally {
  rmSync(folder, { recursive: true });
}
