// What it teaches: any XState v5 machine can be made durable. This one takes an order, charges for it once, and ships
// it after a while; the process may die at any point and the order goes on.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { effect, openDurable } from 'troupe/durable';
import { levelStore } from 'troupe/level';
import { assign, setup } from 'xstate';

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

const folder = mkdtempSync(join(tmpdir(), 'troupe-order-'));
const store = levelStore(join(folder, 'store'));
try {
  const first = await openDurable({ store, machine: order });
  const paid = await first.command('payment-1', root => root.send({ type: 'pay', amount: 42 }));
  const again = await first.command('payment-1', root => root.send({ type: 'pay', amount: 42 }));
  assert.deepEqual([paid.duplicate, again.duplicate], [false, true]);
  await first.close(); // in the middle of things

  const second = await openDurable({ store, machine: order });
  await new Promise<void>(resolve => {
    const look = () => second.root.getSnapshot().hasTag('done') && resolve();
    second.root.subscribe(look);
    look();
  });
  console.log(second.root.getSnapshot().value, second.root.getSnapshot().context);
  assert.equal(second.root.getSnapshot().context.receipt, 'receipt 42');
  assert.equal(new Set(charges).size, 1);
  await second.close();
} finally {
  rmSync(folder, { recursive: true });
}
