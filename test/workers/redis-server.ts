/** A Redis server of a test file: on a free port of the loopback, in a temporary folder, gone when the test process is. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Machine } from './network.ts';

const program = (process.env.PATH ?? '')
  .split(':')
  .map(folder => join(folder, 'redis-server'))
  .find(file => existsSync(file));

export const hasRedis = program !== undefined;

export interface RedisServer {
  url: string;
  /** Kills it at once; `begin` starts it again with the same data. */
  end(): Promise<void>;
  begin(): Promise<void>;
  /** Kills it at once, and starts it again with the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A shell script that kills a server when its own input ends, which it does with the test process, however that ends. */
export const guarded = '"$@" <&- & pid=$!; cat >/dev/null; kill -9 $pid; wait $pid';

export interface RedisOptions {
  password?: string;
  /** Files of a certificate and its key: then it is reached by TLS alone. */
  tls?: { cert: string; key: string };
  /** Where it runs. @default here */
  machine?: Machine;
}

export async function startRedis({ password, tls, machine }: RedisOptions = {}): Promise<RedisServer> {
  if (program === undefined) throw new Error('Redis is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'troupe-redis-'));
  const port = await freePort();
  const host = machine?.address ?? '127.0.0.1';
  const settings = ['--bind', host, '--dir', folder, '--save', '', '--protected-mode', 'no', ...portOptions(port, tls)];
  const durable = ['--appendonly', 'yes', '--maxmemory-policy', 'noeviction'];
  const words = [...settings, ...durable, ...(password === undefined ? [] : ['--requirepass', password])];
  const start = async () => {
    const command = [...(machine?.prefix ?? []), program, ...words];
    const server = spawn('/bin/sh', ['-c', guarded, 'sh', ...command], { stdio: ['pipe', 'pipe', 'ignore'] });
    await new Promise<void>((resolve, reject) => {
      server.on('close', code => reject(new Error(`Redis ended with ${code}`)));
      createInterface({ input: server.stdout }).on('line', line => {
        if (line.includes('Ready to accept connections')) resolve();
      });
    });
    return server;
  };
  let server = await start();
  const kill = async () => {
    const ended = once(server, 'close');
    server.stdin.end();
    await ended;
  };
  const begin = async () => {
    server = await start();
  };
  return {
    url: `${tls === undefined ? 'redis' : 'rediss'}://${password === undefined ? '' : `:${password}@`}${host}:${port}`,
    end: kill,
    begin,
    async restart() {
      await kill();
      await begin();
    },
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function portOptions(port: number, tls: RedisOptions['tls']): string[] {
  if (tls === undefined) return ['--port', String(port)];
  const files = ['--tls-cert-file', tls.cert, '--tls-key-file', tls.key, '--tls-ca-cert-file', tls.cert];
  return ['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no', ...files];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
