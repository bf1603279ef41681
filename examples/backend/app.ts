// The HTTP interface of the orders. A process on standby answers too, but says that it is not ready.
import { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type DurableInstances, TroupeError } from 'troupe/durable';
import type { orderV1, orderV2 } from './order.ts';

export type Orders = DurableInstances<{ order: (typeof orderV1 | typeof orderV2)[] }>;

/** @param current returns null while the process does not own the store */
export function ordersOverHttp(current: () => Orders | null): Hono {
  const app = new Hono();
  const orders = (): Orders => {
    const system = current();
    if (system === null) throw new StandbyError();
    return system;
  };

  // An id counts once, so a client that heard no answer sends the same request again.
  app.put('/orders/:id', async context => {
    const id = context.req.param('id');
    await orders().start('order', { id, input: await context.req.json() });
    return context.json({ id }, 201);
  });

  app.post('/orders/:id/payment', async context => {
    const key = context.req.header('Idempotency-Key');
    if (key === undefined) return context.json({ message: 'send an Idempotency-Key' }, 400);
    const order = orders().get('order', context.req.param('id'));
    return context.json(await order.command(key, { type: 'PAY' }), 202);
  });

  app.get('/orders/:id', async context => {
    const { id, state, status, version, attributes } = await orders().get('order', context.req.param('id')).info();
    return context.json({ id, state, status, version, ...attributes });
  });

  app.get('/orders', async context => {
    const { customer = '', after } = context.req.query();
    const found = await orders().list({
      machine: 'order',
      where: { customer },
      limit: 50,
      ...(after && { after: { machine: 'order', id: after } }),
    });
    return context.json(found.map(({ id, state }) => ({ id, state })));
  });

  app.get('/health/live', context => context.json({ pid: process.pid }));

  // The load balancer sends requests to the process that is ready: the owner of the store.
  app.get('/health/ready', context => {
    const health = current()?.health();
    return context.json(health ?? { status: 'standby' }, health?.status === 'open' ? 200 : 503);
  });

  app.onError((error, context) => {
    if (error instanceof StandbyError) return context.json({ message: error.message }, 503, { 'Retry-After': '1' });
    // A body that is no JSON, an empty key: nothing has changed.
    if (error instanceof SyntaxError || error instanceof TypeError)
      return context.json({ message: error.message }, 400);
    const failure = TroupeError.serialize(error);
    return context.json(failure, statusOf[failure.code] ?? 500);
  });
  return app;
}

const statusOf: Partial<Record<string, ContentfulStatusCode>> = {
  UNKNOWN_ACTOR: 404,
  INSTANCE_ENDED: 409,
  LEASE_LOST: 503,
  SYSTEM_CLOSED: 503,
};

class StandbyError extends Error {
  override message = 'this process is on standby';
}
