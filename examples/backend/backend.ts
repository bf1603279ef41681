// What it teaches: durable machines as the core of a backend. Two processes share one store in PostgreSQL; the first, of release
// 1, is killed while it waits for a payment, and the second, of release 2, takes over: every order goes on, and is paid for once.
// Without DATABASE_URL the store is a folder, and the second process starts after the first has died.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const folder = mkdtempSync(join(tmpdir(), 'troupe-backend-'));
const { DATABASE_URL: database = join(folder, 'orders') } = process.env;

// The payment service charges once per key. It keeps the first requests waiting.
const keys: string[] = [];
let isHolding = true;
const held: ServerResponse[] = [];
const payments = createServer((request, response) => {
  keys.push(String(request.headers['idempotency-key']));
  if (isHolding) {
    held.push(response);
    payments.emit('held');
  } else response.end();
});
payments.listen(0, '127.0.0.1');
await once(payments, 'listening');
const PAYMENTS_URL = `http://127.0.0.1:${(payments.address() as AddressInfo).port}/charges`;

const running: ChildProcess[] = [];

/** Starts a process of the backend; `ready` resolves when it owns the store. */
async function start(release: string) {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', main], {
    env: { ...process.env, DATABASE_URL: database, PAYMENTS_URL, RELEASE: release },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  const lines = createInterface({ input: child.stdout });
  const [url] = (await once(lines, 'line')) as [string];
  const ready = once(lines, 'line');
  const ask = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
    const answer = await fetch(url + path, {
      method,
      ...(headers && { headers }),
      body: body && JSON.stringify(body),
    } as RequestInit);
    return { code: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  return { child, ready, ask };
}

try {
  const first = await start('1');
  await first.ready;
  const standby = database.startsWith('postgres') ? await start('2') : null;
  if (standby !== null) console.log('the second process:', (await standby.ask('GET', '/health/ready')).body.status);

  await first.ask('PUT', '/orders/1', { customer: 'ada', total: 4_200 });
  const paying = once(payments, 'held');
  await first.ask('POST', '/orders/1/payment', undefined, { 'Idempotency-Key': 'payment-1' });
  await paying;
  console.log('the order:', (await first.ask('GET', '/orders/1')).body.state);

  const payingAgain = once(payments, 'held');
  first.child.kill('SIGKILL');
  const second = standby ?? (await start('2'));
  await second.ready;
  console.log('after the death of the first:', (await second.ask('GET', '/health/ready')).body.status);

  await payingAgain;
  // The client did not hear whether its payment arrived, and sends it again.
  const again = await second.ask('POST', '/orders/1/payment', undefined, { 'Idempotency-Key': 'payment-1' });
  console.log('the same payment again:', again.code, again.body);
  isHolding = false;
  for (const response of held) response.end();

  await second.ask('PUT', '/orders/2', { customer: 'ada', total: 900 });
  await second.ask('POST', '/orders/2/payment', undefined, { 'Idempotency-Key': 'payment-2' });
  const ended = async (id: string) => {
    for (;;) {
      const { body } = await second.ask('GET', `/orders/${id}`);
      if (body.status === 'done') return body;
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  };
  for (const id of ['1', '2']) {
    const { version, state } = await ended(id);
    console.log(`order ${id}, version ${version}: ${state}`);
  }
  assert.equal(keys.length, 3, 'the service was asked again for the first order');
  assert.equal(new Set(keys).size, 2, 'under the same key');

  const gone = once(second.child, 'exit');
  second.child.kill('SIGTERM');
  console.log('ended with code', (await gone)[0]);
} finally {
  for (const child of running) child.kill('SIGKILL');
  payments.close();
  payments.closeAllConnections();
  rmSync(folder, { recursive: true });
}
