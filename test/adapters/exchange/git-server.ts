import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface GitServer {
  /** The URL of a repository in the served folder. */
  url(name: string): string;
  /** Bytes that passed since the last call, to the server and back. */
  bytes(): { sent: number; received: number };
  /** Breaks every connection once so many bytes were sent to the server; null: none. */
  breakAfter(bytes: number | null): void;
  close(): Promise<void>;
}

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
};

/** Serves the repositories of a folder over the network, and counts what travels. */
export async function startGitServer(folder: string): Promise<GitServer> {
  const port = await freePort();
  const words = ['daemon', '--reuseaddr', '--export-all', '--enable=receive-pack', `--base-path=${folder}`];
  const daemon = spawn('git', [...words, '--listen=127.0.0.1', `--port=${port}`, '--verbose'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  // It says when it listens.
  await once(daemon.stderr, 'data');
  daemon.stderr.resume();
  const passed = { sent: 0, received: 0 };
  let limit: number | null = null;
  const sockets = new Set<Socket>();
  const proxy = createServer(client => {
    const server = connect(port, '127.0.0.1');
    let sent = 0;
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    client.on('data', chunk => {
      passed.sent += chunk.length;
      sent += chunk.length;
      if (limit === null || sent <= limit) {
        server.write(chunk);
        return;
      }
      client.destroy();
      server.destroy();
    });
    server.on('data', chunk => {
      passed.received += chunk.length;
      client.write(chunk);
    });
    client.on('end', () => server.end());
    server.on('end', () => client.end());
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port: proxyPort } = proxy.address() as AddressInfo;
  return {
    url: name => `git://127.0.0.1:${proxyPort}/${name}`,
    bytes() {
      const { sent, received } = passed;
      Object.assign(passed, { sent: 0, received: 0 });
      return { sent, received };
    },
    breakAfter(bytes) {
      limit = bytes;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      const gone = once(daemon, 'exit');
      process.kill(-(daemon.pid ?? 0), 'SIGKILL');
      await gone;
    },
  };
}
