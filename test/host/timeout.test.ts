import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { createTimeout } from '../../src/host/timeout.ts';

test('fires when nothing arrives in time, and only then', async () => {
  const lost = new Promise<void>(resolve => createTimeout(5, resolve).start());
  await lost;
  let early = false;
  const stopped = createTimeout(5, () => {
    early = true;
  });
  stopped.start();
  stopped.stop();
  await new Promise<void>(resolve => createTimeout(10, resolve).start());
  expect(early).toBe(false);
});

test('a busy process first reads what arrived in time, and does not time out', async () => {
  const server = createServer(peer => peer.write('here'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let lost = false;
  const waiting = createTimeout(1, () => {
    lost = true;
  });
  const received = once(socket, 'data').then(() => waiting.stop());
  waiting.start();
  // The timer is due long before the loop reaches it; the data has arrived by then.
  const until = performance.now() + 100;
  while (performance.now() < until);
  await received;
  await new Promise<void>(resolve => createTimeout(5, resolve).start());
  expect(lost).toBe(false);
  socket.destroy();
  server.close();
});
