import { startPostgres } from '../postgres/server.ts';
import { startRedis } from './redis-server.ts';

export type ServerName = 'redis' | 'postgres';

export interface QueueServer {
  url: string;
  /** Kills it at once and starts it again with its data; not there for PostgreSQL. */
  restart?(): Promise<void>;
  stop(): Promise<void>;
}

export const startServer = (name: ServerName): Promise<QueueServer> =>
  name === 'redis' ? startRedis() : startPostgres();
