// One process of the backend. Start as many as you like: one owns the store, the others are on standby.
// DATABASE_URL is a PostgreSQL database, or a folder for LevelDB, which has no standby.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import * as openTelemetry from '@opentelemetry/api';
import { openDurable } from 'troupe/durable';
import { levelStore } from 'troupe/level';
import { postgresStore } from 'troupe/postgres';
import { type Orders, ordersOverHttp } from './app.ts';
import { orderV1, orderV2 } from './order.ts';

const { DATABASE_URL: database = './orders', PORT: port = '0', RELEASE: release = '2' } = process.env;
// What runs this process starts it again, on standby.
const end = (error: unknown) => {
  console.error(error);
  process.exit(1);
};
const store = database.startsWith('postgres')
  ? postgresStore(database, { schema: 'orders', waitMs: Number.POSITIVE_INFINITY, leaseMs: 2_000, onLeaseLost: end })
  : levelStore(database);

let orders: Orders | null = null;
const server = serve({ fetch: ordersOverHttp(() => orders).fetch, hostname: '127.0.0.1', port: Number(port) });
await once(server, 'listening');
console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

process.once('SIGTERM', async () => {
  server.close();
  // Commits what is pending and releases the store, so that a process on standby continues at once.
  await orders?.close();
  process.exit();
});

orders = await openDurable({
  store,
  // Orders that exist stay on the version that they began with; new ones start on the newest.
  machines: { order: release === '1' ? [orderV1] : [orderV1, orderV2] },
  search: { order: { customer: ({ context }) => context.customer } },
  keepFinished: { days: 30 },
  keepCommands: { days: 7 },
  openTelemetry,
  onFatal: end,
}).catch(end as () => never);
console.log('ready');
