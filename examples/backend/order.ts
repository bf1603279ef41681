// The machine of an order, in the two versions that run side by side after a deploy.
import { effect } from 'troupe/durable';
import { setup } from 'xstate';

export interface Order {
  customer: string;
  /** In cents. */
  total: number;
}

/** Where payments are made: a service that charges once for each key. */
const paymentsUrl = process.env.PAYMENTS_URL ?? 'http://127.0.0.1:9999/charges';

const parts = setup({
  types: {} as { context: Order; input: Order; events: { type: 'PAY' } | { type: 'CANCEL' } },
  actors: {
    // It starts when the state that invokes it is on disk. After a crash it runs again under the same key.
    charge: effect<{ total: number }, void>(
      async ({ input, key, signal }) => {
        const headers = { 'Idempotency-Key': key };
        const answer = await fetch(paymentsUrl, { method: 'POST', headers, body: JSON.stringify(input), signal });
        if (!answer.ok) throw new Error(`the payment service answered ${answer.status}`);
      },
      { retry: { attempts: 5, delayMs: 200, factor: 2 }, timeoutMs: 10_000, concurrency: 20 },
    ),
  },
});

export const orderV1 = parts.createMachine({
  id: 'order',
  version: '1',
  context: ({ input }) => input,
  initial: 'unpaid',
  states: {
    unpaid: { on: { PAY: 'charging', CANCEL: 'cancelled' }, after: { 604800000: 'cancelled' } },
    charging: {
      invoke: { src: 'charge', input: ({ context }) => context, onDone: 'paid', onError: 'unpaid' },
    },
    paid: { type: 'final' },
    cancelled: { type: 'final' },
  },
});

/** Ships what was paid for. */
export const orderV2 = parts.createMachine({
  id: 'order',
  version: '2',
  context: ({ input }) => input,
  initial: 'unpaid',
  states: {
    unpaid: { on: { PAY: 'charging', CANCEL: 'cancelled' }, after: { 604800000: 'cancelled' } },
    charging: {
      invoke: { src: 'charge', input: ({ context }) => context, onDone: 'packing', onError: 'unpaid' },
    },
    packing: { after: { 100: 'shipped' } },
    shipped: { type: 'final' },
    cancelled: { type: 'final' },
  },
});
