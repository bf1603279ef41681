import { hasPostgres, startPostgres } from '../postgres/server.ts';
import type { Machine } from './network.ts';
import { hasRedis, startRedis } from './redis-server.ts';

export type ServerName = 'redis' | 'postgres';

/** Each server, and whether it is installed here. */
export const queueServers: [ServerName, boolean][] = [
  ['redis', hasRedis],
  ['postgres', hasPostgres],
];

export interface QueueServer {
  url: string;
  /** Ends it at once; `begin` starts it again with its data. */
  end(): Promise<void>;
  begin(): Promise<void>;
  /** Ends it at once, and starts it again with its data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** @param machine where it runs @default here */
export const startServer = (name: ServerName, machine?: Machine): Promise<QueueServer> =>
  name === 'redis' ? startRedis(machine === undefined ? {} : { machine }) : startPostgres(machine);
