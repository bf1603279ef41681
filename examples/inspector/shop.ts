// What it teaches: machines of your own, made durable, are seen in the inspector: their charts and where each stands, what
// they tell each other, and what every event changed. A shop takes orders; each Enter makes the next thing happen.
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline/promises';
import { effect, memoryStore, openDurable } from 'troupe/durable';
import { serveInspector } from 'troupe/inspector';
import { assign, sendParent, sendTo, setup, spawnChild } from 'xstate';

const order = setup({
  types: {
    context: {} as { amount: number; receipt: string | null },
    events: {} as { type: 'pay' },
    input: {} as { amount: number },
  },
  actors: { charge: effect<{ amount: number }, string>(async ({ input }) => `receipt for ${input.amount}`) },
}).createMachine({
  id: 'order',
  context: ({ input }) => ({ amount: input.amount, receipt: null }),
  initial: 'open',
  states: {
    open: { on: { pay: 'charging' } },
    charging: {
      invoke: {
        src: 'charge',
        input: ({ context: { amount } }) => ({ amount }),
        onDone: { target: 'packing', actions: assign({ receipt: ({ event }) => event.output }) },
      },
    },
    packing: { after: { 50: 'shipped' } },
    shipped: { entry: sendParent({ type: 'shipped' }) },
  },
});

const shop = setup({
  types: {
    context: {} as { orders: number; shipped: number },
    events: {} as { type: 'order' } | { type: 'pay'; order: number } | { type: 'shipped' },
  },
  actors: { order },
}).createMachine({
  id: 'shop',
  context: { orders: 0, shipped: 0 },
  on: {
    order: {
      actions: [
        assign({ orders: ({ context }) => context.orders + 1 }),
        spawnChild('order', {
          id: ({ context }) => `order-${context.orders}`,
          input: ({ context }) => ({ amount: 10 * context.orders }),
        }),
      ],
    },
    pay: { actions: sendTo(({ event }) => `order-${event.order}`, { type: 'pay' }) },
    shipped: { actions: assign({ shipped: ({ context }) => context.shipped + 1 }) },
  },
});

await using system = await openDurable({ store: memoryStore(), machine: shop });
await using inspector = await serveInspector({ system, title: 'Shop' });
console.log(`Look at it: ${inspector.invite()}`);
console.log('Enter makes the next thing happen; Ctrl-D ends it.');

let orders = 0;
let isPaid = true;
for await (const _ of createInterface({ input: process.stdin })) {
  isPaid = !isPaid;
  if (isPaid) await system.command(`payment ${orders}`, root => root.send({ type: 'pay', order: orders }));
  else await system.command(`order ${++orders}`, root => root.send({ type: 'order' }));
  console.log(isPaid ? `order ${orders} was paid for` : `order ${orders} came in`);
}
assert.equal(system.root.getSnapshot().context.orders, orders);
