// What it teaches: Troupe behind HTTP. Plans are started, followed by server-sent events that survive a lost connection, and
// applied by permitted users; errors come as JSON with what to do. Beside Troupe it needs hono (and @hono/node-server to listen).
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { type Troupe, TroupeError } from 'troupe';

export function plansOverHttp(troupe: Troupe): Hono {
  const app = new Hono();

  app.post('/plans', async context => {
    const { action, arguments: given } = await context.req.json();
    const plan = await troupe.use({ action, arguments: given });
    await plan.execute();
    return context.json({ planId: plan.id }, 201, { Location: `/plans/${plan.id}` });
  });

  app.get('/plans/:id', async context => context.json(await (await troupe.get(context.req.param('id'))).record()));

  app.get('/plans/:id/diff', async context => context.text(await (await troupe.get(context.req.param('id'))).diff()));

  // Every event has a sequence number. A browser that lost the connection sends the last one it saw, and misses nothing.
  app.get('/plans/:id/events', async context => {
    const plan = await troupe.get(context.req.param('id'));
    const after = context.req.header('Last-Event-ID');
    return streamSSE(context, async stream => {
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      for await (const event of plan.events({ ...(after && { after }), signal: gone.signal })) {
        await stream.writeSSE({ id: event.seq, event: event.type, data: JSON.stringify(event) });
      }
      await stream.writeSSE({ event: 'end', data: (await plan.record()).state });
    });
  });

  app.post('/plans/:id/apply', async context => {
    const plan = await troupe.get(context.req.param('id'));
    const { branch } = await context.req.json();
    await plan.apply({ target: { kind: 'branch', branch } });
    return context.json((await plan.waitUntilIdle()).applySummary);
  });

  app.onError((error, context) => {
    // Every error says what happened, where, and what to do; a category of `usage` is the caller's to mend.
    const failure = TroupeError.serialize(error);
    return context.json(failure, failure.category === 'usage' ? 400 : 500);
  });
  return app;
}
