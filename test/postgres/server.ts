/** A PostgreSQL server of a test file: in a temporary folder, reached over a socket in it, gone when the test process is. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';

/** Where packages put the programs of the server, which are not on the path. */
const packages = '/usr/lib/postgresql';

function findPrograms(): string | null {
  const versions = existsSync(packages) ? readdirSync(packages).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map(version => join(packages, version, 'bin')), ...(process.env.PATH ?? '').split(':')];
  return folders.find(folder => ['initdb', 'postgres'].every(name => existsSync(join(folder, name)))) ?? null;
}

const programs = findPrograms();

export const hasPostgres = programs !== null;

export interface PostgresServer {
  url: string;
  /** Runs statements beside the stores, over a connection of its own. */
  query(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Returns a connection that stays open, for transactions. */
  connect(): Promise<pg.Client>;
  /** Ends it at once; `begin` starts it again with the same data. */
  end(): Promise<void>;
  begin(): Promise<void>;
  /** Ends it at once, and starts it again with the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The server refuses to run as root: then it runs as the user without rights. */
const user: { uid?: number; gid?: number } = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** Ends the server at once when its own input ends, which it does with the test process, however that ends. */
const guarded = '"$@" <&- & pid=$!; cat; kill -QUIT $pid; wait $pid';

/** Where it runs, and the address at which it is reached over the network. */
export interface PostgresMachine {
  address: string;
  prefix: readonly string[];
}

export async function startPostgres(machine?: PostgresMachine): Promise<PostgresServer> {
  if (programs === null) throw new Error('PostgreSQL is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'troupe-postgres-'));
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const options = { ...user, cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C' } };
  const created = ['--no-sync', '--auth=trust', '--encoding=UTF8', '--username=troupe', `--pgdata=${data}`];
  execFileSync(join(programs, 'initdb'), created, { ...options, stdio: 'pipe' });
  if (machine !== undefined) appendFileSync(join(data, 'pg_hba.conf'), `host all all ${machine.address}/24 trust\n`);
  const settings = [
    `listen_addresses=${machine?.address ?? ''}`,
    `unix_socket_directories=${folder}`,
    'fsync=off',
    'shared_buffers=16MB',
  ];
  const words = [join(programs, 'postgres'), '-D', data, ...settings.flatMap(each => ['-c', each])];
  const start = async () => {
    const [shell = '', ...all] = [...commandPrefix(machine), '/bin/sh', '-c', guarded, 'sh', ...words];
    const started = spawn(shell, all, {
      ...options,
      // Only root enters the namespace of a machine.
      ...(machine !== undefined && { uid: undefined, gid: undefined }),
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    await accepting(started);
    return started;
  };
  let server = await start();
  const end = async () => {
    const ended = once(server, 'close');
    server.stdin.end();
    await ended;
  };
  const begin = async () => {
    server = await start();
  };
  const url = `postgres://localhost/postgres?user=troupe&host=${encodeURIComponent(machine?.address ?? folder)}`;
  const connect = async () => {
    const client = new pg.Client(url);
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  return {
    url,
    connect,
    async query(text, values = []) {
      const client = await connect();
      try {
        return (await client.query(text, [...values])).rows;
      } finally {
        await client.end();
      }
    },
    end,
    begin,
    async restart() {
      await end();
      await begin();
    },
    async stop() {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function commandPrefix(machine: PostgresMachine | undefined): string[] {
  if (machine === undefined) return [];
  const { uid, gid } = user;
  const asUser = uid === undefined ? [] : ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  return [...machine.prefix, ...asUser];
}

function accepting(server: ChildProcess & { stderr: NodeJS.ReadableStream }): Promise<void> {
  return new Promise((resolve, reject) => {
    const printed: string[] = [];
    createInterface({ input: server.stderr }).on('line', line => {
      printed.push(line);
      if (line.includes('ready to accept connections')) resolve();
    });
    server.on('close', () => reject(new Error(`The server ended:\n${printed.join('\n')}`)));
  });
}
