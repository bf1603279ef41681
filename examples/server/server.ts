// Starts the server of app.ts on a project and speaks to it as a browser would: start a plan, lose the connection, come back
// with the last event's number, look at the diff, apply.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { openTroupe } from 'troupe';
import { memoryStore } from 'troupe/durable';
import { gitProject } from 'troupe/git';
import { exampleProject } from '../project.ts';
import { plansOverHttp } from './app.ts';

const project = exampleProject({ 'README.md': '# Example\n' });
const troupe = await openTroupe({
  store: memoryStore(),
  project: gitProject(project.folder, { sandboxes: project.sandboxes }),
});
await troupe.actions.create({
  name: 'greet',
  description: 'Say hello to {{name}}',
  arguments: { name: { required: true } },
  executionActor: { kind: 'steps', steps: [{ write: { path: 'HELLO.md', content: 'Hello, {{name}}\n' } }] },
});
const server = serve({ fetch: plansOverHttp(troupe).fetch, hostname: '127.0.0.1', port: 0 });
try {
  await once(server, 'listening');
  const home = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const post = (path: string, body: unknown) => fetch(home + path, { method: 'POST', body: JSON.stringify(body) });

  const refused = await post('/plans', { action: 'greed' });
  const { code, hints } = (await refused.json()) as { code: string; hints: string[] };
  console.log(refused.status, code, hints);

  const { planId } = (await (await post('/plans', { action: 'greet', arguments: { name: 'web' } })).json()) as {
    planId: string;
  };
  const first = await listen(`${home}/plans/${planId}/events`, {}, 3);
  const rest = await listen(`${home}/plans/${planId}/events`, { 'Last-Event-ID': first.at(-1)?.id ?? '' });
  const ids = [...first, ...rest].flatMap(({ id }) => (id === undefined ? [] : [id]));
  assert.deepEqual([...new Set(ids)].sort(), ids, 'every event once and in order, although the connection was lost');
  console.log(`${first.length} events, then the other ${rest.length - 1}; the plan is ${rest.at(-1)?.data}`);

  assert.match(await (await fetch(`${home}/plans/${planId}/diff`)).text(), /\+Hello, web/);
  const applied = await post(`/plans/${planId}/apply`, { branch: 'hello' });
  assert.equal(applied.status, 200);
  console.log(project.git('show', 'hello:HELLO.md').trim());
} finally {
  server.close();
  await troupe.close();
  project.remove();
}

/** Reads server-sent events until their end, or hangs up after so many. */
async function listen(url: string, headers: Record<string, string>, atMost = Number.POSITIVE_INFINITY) {
  const hangUp = new AbortController();
  const { body } = await fetch(url, { headers, signal: hangUp.signal });
  const received: { id?: string; event?: string; data?: string }[] = [];
  let text = '';
  for await (const chunk of (body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const messages = text.split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages.slice(0, atMost - received.length)) {
      received.push(Object.fromEntries(message.split('\n').map(line => line.split(/: (.*)/s, 2))));
    }
    if (received.length === atMost) break;
  }
  hangUp.abort();
  return received;
}
