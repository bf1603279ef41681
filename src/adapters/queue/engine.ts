/** BullMQ on Redis or PostgreSQL: the queues that an owner and its workers share. */
import type { Job, Processor, Queue, QueueEvents, Worker, WorkerOptions } from 'bullmq';
import { withoutPassword } from '../../model/address.ts';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import { defaultNamespace } from '../../model/worker-info.ts';
import { loadPackage } from '../load-package.ts';
import { retryUntilReached } from './connection-error.ts';
import { within } from './within.ts';

type EngineWorkerOptions = Omit<WorkerOptions, 'connection' | 'prefix'>;

export interface QueueEngine {
  /** The address of its server, without a password. */
  readonly where: string;
  /** Says that its server gives no answer, with the last error of the connection. */
  silence(): string;
  queue(name: string): Queue;
  /** @param process null: the worker takes no jobs, and only gives those of dead workers back */
  worker(name: string, process: Processor | null, options: EngineWorkerOptions): Worker;
  events(name: string): QueueEvents;
  /** Ends its connections; without an answer of the server that does not wait for it. */
  close(): Promise<void>;
}

export interface EngineOptions {
  /** Queues of another namespace on the same server are not seen: letters, digits and `_`. @default 'troupe' */
  namespace?: string | undefined;
  /** Milliseconds for the first connection. @default 10_000 */
  connectMs?: number | undefined;
}

/** Who needs the packages. */
const needs = 'Workers need';

/** A worker that missed the notice of a job looks for it after so long; on PostgreSQL that happens. */
const lookSeconds = 1;

/** The errors of a server that refuses the user, and of TLS when the certificate is not the expected one. */
const refusal = /^(?:NOAUTH|WRONGPASS|NOPERM)|certificate/;

/** Milliseconds that connections have to end in order. */
const closeMs = 2000;

export type EngineJob = Job;

type Opened = Queue | Worker | QueueEvents;

const againMs = 250;

/** A client may reject without a reason. */
function throwAsError(thrown: unknown): never {
  throw thrown ?? new Error('no connection');
}

/** Ends connections that wait for an answer. */
async function disconnectAll(opened: readonly Opened[]): Promise<void> {
  await Promise.all(opened.map(each => each.disconnect().catch(() => undefined)));
}

/**
 * Connects to the server at `redis://`, `rediss://` or `postgres://`.
 * @throws {TroupeError} USAGE for another address or namespace, PACKAGE_MISSING, QUEUE_UNREACHABLE
 */
export async function openEngine(url: string, options: EngineOptions = {}): Promise<QueueEngine> {
  const { namespace = defaultNamespace, connectMs = 10_000 } = options;
  const address = parseAddress(url, namespace);
  const bullmq = await loadPackage('bullmq', () => import('bullmq'), needs);
  const { connection, factory, end, lastError, refused } = address.isRedis
    ? await redisBackend(url)
    : { ...(await postgresBackend(url, namespace)), factory: bullmq.createPostgresBackend };
  const opened: Opened[] = [];
  const keep = <One extends Opened>(one: One): One => {
    // Both clients connect again by themselves. Without a listener an error would end the process.
    (one as Queue).on('error', () => undefined);
    opened.push(one);
    return one;
  };
  // BullMQ types its options by the backend, which is known only here.
  const common = { connection, prefix: `troupe:${namespace}` } as never;
  const backend = factory as never;
  const queues = new Map<string, Queue>();
  const engine: QueueEngine = {
    where: address.where,
    silence() {
      const error = lastError();
      return `the queue at ${address.where} gives no answer${error === null ? '' : `: ${reasonOf(error)}`}`;
    },
    queue(name) {
      const known = queues.get(name) ?? keep(new bullmq.Queue(name, common, backend) as Queue);
      queues.set(name, known);
      return known;
    },
    worker: (name, process, given) =>
      keep(
        new bullmq.Worker(
          name,
          process,
          { drainDelay: lookSeconds, ...given, ...(common as object) } as never,
          backend,
        ) as Worker,
      ),
    events: name => keep(new bullmq.QueueEvents(name, common, backend) as QueueEvents),
    async close() {
      const closing = Promise.all(opened.map(each => each.close().catch(() => undefined)));
      if (!(await within(closing, closeMs))) await within(disconnectAll(opened), closeMs);
      await end();
    },
  };
  try {
    const until = performance.now() + connectMs;
    const connect = () =>
      withTimeout(engine.queue('workers').waitUntilReady(), { ms: until - performance.now(), why: lastError, refused });
    // The client of PostgreSQL tries once, also while the server starts.
    await retryUntilReached(() => connect().catch(throwAsError), {
      pauseMs: againMs,
      again() {
        queues.delete('workers');
        return performance.now() + againMs < until;
      },
    });
  } catch (cause) {
    void engine.close();
    throw new TroupeError('QUEUE_UNREACHABLE', `The queue at ${address.where} cannot be reached: ${reasonOf(cause)}`, {
      where: address.where,
      hints: [commandHint('help worker')],
      cause,
    });
  }
  return engine;
}

function parseAddress(url: string, namespace: string): { isRedis: boolean; where: string } {
  if (!/^[a-z_][a-z0-9_]{0,40}$/.test(namespace)) {
    throw new TroupeError('USAGE', 'A namespace has lower-case letters, digits and _, and begins with no digit', {
      where: namespace,
    });
  }
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const isRedis = parsed !== null && /^rediss?:$/.test(parsed.protocol);
  if (parsed === null || !(isRedis || /^postgres(ql)?:$/.test(parsed.protocol))) {
    throw new TroupeError(
      'USAGE',
      'A queue has an address such as redis://HOST, rediss://HOST or postgres://HOST/DATABASE',
      {
        where: parsed === null ? url : `${parsed.protocol}//${parsed.host}`,
      },
    );
  }
  return { isRedis, where: withoutPassword(url) };
}

async function redisBackend(url: string) {
  const { Redis } = await loadPackage('ioredis', () => import('ioredis'), needs);
  const connection = new Redis(url, {
    maxRetriesPerRequest: null,
    retryStrategy: tries => Math.min(tries * 100, 2000),
  });
  let last: Error | null = null;
  const refused = new Promise<never>((_, reject) => {
    connection.on('error', error => {
      last = error;
      if (refusal.test(error.message)) reject(error);
    });
  });
  refused.catch(() => undefined);
  const end = async () => connection.disconnect();
  return { connection, factory: undefined, end, lastError: () => last, refused };
}

async function postgresBackend(url: string, namespace: string) {
  await loadPackage('pg', () => import('pg'), needs);
  return {
    connection: { connectionString: url, schema: `troupe_queue_${namespace}`, migrate: true, max: 4 },
    end: async () => undefined,
    lastError: () => null,
    refused: new Promise<never>(() => undefined),
  };
}

interface ConnectLimits {
  ms: number;
  /** The last error so far: a client that cannot connect tries again. */
  why(): Error | null;
  /** Rejects with an error that another try cannot change. */
  refused: Promise<never>;
}

async function withTimeout(work: Promise<unknown>, { ms, why, refused }: ConnectLimits): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(why() ?? new Error(`no answer within ${ms} ms`)), ms);
  });
  await Promise.race([work, late, refused]).finally(() => clearTimeout(timer));
}

function reasonOf(cause: unknown): string {
  if (cause instanceof Error && cause.message.startsWith('NOAUTH'))
    return 'it asks for a password, which belongs before the host: redis://:…@HOST';
  return cause instanceof Error
    ? cause.message || String((cause as NodeJS.ErrnoException).code ?? cause)
    : String(cause);
}
