/**
 * Entry point `troupe/worker`: does the work of agents and validations on other machines. It needs the package `bullmq`, and
 * `ioredis` or `pg`, which you install; they are loaded when a connection is opened.
 */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { stateDir } from './adapters/fs/state-dir.ts';
import { openEngine } from './adapters/queue/engine.ts';
import { digestOf } from './adapters/queue/job-id.ts';
import { openQueueDispatcher } from './adapters/queue/owner/queue-dispatcher.ts';
import { createWorkerWatch, readRegistry } from './adapters/queue/registry.ts';
import { type StartedWorker, startQueueWorker } from './adapters/queue/worker/start-worker.ts';
import { workerInfoOf } from './adapters/queue/worker-record.ts';
import { type ExchangeOptions, ownerExchange, workerExchange } from './git.ts';
import { packageVersion } from './host/version.ts';
import type { AgentSpec } from './model/agent.ts';
import { createRedactor } from './model/redactor.ts';
import type { WorkerInfo } from './model/worker-info.ts';
import type { DispatcherOpener, SharedDispatcher } from './ports/dispatcher.ts';
import { createSecretArguments } from './runtime/secrets/secret-arguments.ts';

export type { StartedWorker } from './adapters/queue/worker/start-worker.ts';
export { TroupeError } from './model/errors.ts';
export type { WorkerInfo } from './model/worker-info.ts';
export type { DispatcherOpener } from './ports/dispatcher.ts';

/** Where workers take their work from. */
export interface QueueOptions {
  /** `redis://HOST`, `rediss://HOST` or `postgres://HOST/DATABASE`, with user and password where the server asks for them. */
  queue: string;
  /**
   * Owners and workers meet in a namespace: one for each project, or for several whose work may run on the same workers. Lower-case
   * letters, digits and `_`. @default 'troupe'
   */
  namespace?: string | undefined;
}

/** Options of {@link workerQueue}. */
export interface WorkerQueueOptions extends QueueOptions {
  /** The bare repository through which files travel, as for `ownerExchange`. @default none: work on files stays in this process */
  exchange?: string | undefined;
  /** All work needs workers with these labels. @default none */
  labels?: readonly string[] | undefined;
  /**
   * Distinguishes the stores whose files travel through one exchange: letters, digits, `-` and `_`. Set it when several stores work on
   * one project. @default a digest of this machine's name and the project's folder
   */
  owner?: string | undefined;
  /** The environment of git. @default process.env */
  env?: ExchangeOptions['env'];
}

/**
 * Returns the option `workers` of `openTroupe`: work of agents and validations goes to workers. The connection is opened with the first
 * work, which fails with QUEUE_UNREACHABLE or PACKAGE_MISSING when that is not possible.
 */
export function workerQueue(options: WorkerQueueOptions): DispatcherOpener {
  const { queue, namespace, exchange: url, labels = [], owner, env } = options;
  return ({ local, agents, describe, root }) => {
    let opening: Promise<SharedDispatcher> | null = null;
    let dispatcher: SharedDispatcher | null = null;
    const open = async () => {
      const engine = await openEngine(queue, { namespace });
      const name = owner ?? digestOf(`${hostname()} ${root}`);
      const exchange = url === undefined ? null : ownerExchange(root, { url, owner: name, ...(env && { env }) });
      dispatcher = await openQueueDispatcher({ engine, local, agents, describe, exchange, root, labels });
      return dispatcher;
    };
    const opened = () => {
      opening ??= open().catch(thrown => {
        opening = null;
        throw thrown;
      });
      return opening;
    };
    return {
      runAgent: async work => (await opened()).runAgent(work),
      runValidations(work) {
        const running = opened().then(each => each.runValidations(work));
        running.catch(() => undefined);
        return { result: async at => (await running).result(at), close: async () => (await running).close() };
      },
      stopped: async planId => dispatcher?.stopped(planId),
      workers: async () => (await opened()).workers(),
      sweep: async isOurs => (await opened()).sweep(isOurs),
      async close() {
        await opening?.catch(() => undefined);
        await (dispatcher ?? local).close();
      },
    };
  };
}

/** Options of {@link startWorker}. */
export interface WorkerOptions extends QueueOptions {
  /** The bare repository through which files travel. @default none: no work on files */
  exchange?: string | undefined;
  /** Jobs at the same time. @default 1 */
  concurrency?: number | undefined;
  /** Its agents: names of presets, `steps`, `llm`. @default every preset that is installed, and `steps` */
  agents?: readonly string[] | undefined;
  /** Labels by which owners choose workers. @default none */
  labels?: readonly string[] | undefined;
  /**
   * Commands that jobs may run, as agents, validations or set-up: `*`, or the first words of a command, such as `npm test`. An allowed
   * program runs with all rights of this process, on files that come with the job. @default none
   */
  commands?: readonly string[] | undefined;
  /** Agents of this machine, by name; they say at which addresses keys of models may be used. @default none */
  ownAgents?: Readonly<Record<string, AgentSpec>> | undefined;
  /** The folder of its repositories and sandboxes; several workers may share it. @default `$XDG_STATE_HOME/troupe/workers` */
  folder?: string | undefined;
  /** Environment of programs, and of secrets, which jobs name. */
  env: Record<string, string>;
  /** Variables for agents of presets, and keys of models. @default none */
  agentEnv?: Record<string, string> | undefined;
  /** Values to redact from what it sends, by name. @default none */
  secrets?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds without a sign of life after which its work goes to another worker. @default 15_000 */
  leaseMs?: number | undefined;
  /** Receives a line about each job. @default none */
  log?: ((line: string) => void) | undefined;
}

/**
 * Starts a worker in this process.
 * @throws {TroupeError} QUEUE_UNREACHABLE, PACKAGE_MISSING, USAGE, UNKNOWN_AGENT, AGENT_UNAVAILABLE
 */
export function startWorker(options: WorkerOptions): Promise<StartedWorker> {
  const { queue, namespace, exchange: url, concurrency = 1, agents = null, labels = [], commands = [] } = options;
  const { ownAgents = {}, env, agentEnv = {}, secrets = {}, leaseMs = 15_000, log = () => undefined } = options;
  const redactor = createRedactor(secrets);
  return startQueueWorker({
    ...{ queue, namespace, concurrency, agents, labels, commands, ownAgents, env, agentEnv, redactor, leaseMs, log },
    exchange: url === undefined ? null : folder => workerExchange({ url, folder }),
    folder: options.folder ?? join(stateDir(process.env), 'troupe', 'workers'),
    secretVariables: createSecretArguments(env, redactor).variables,
    version: packageVersion(),
  });
}

/**
 * Returns the workers of a namespace: those that live, and those that were lost in the last minutes, by the clocks of their machines.
 * @throws {TroupeError} QUEUE_UNREACHABLE, PACKAGE_MISSING, USAGE
 */
export async function listWorkers({ queue, namespace }: QueueOptions): Promise<WorkerInfo[]> {
  const engine = await openEngine(queue, { namespace });
  try {
    const { workers } = await readRegistry(engine);
    return createWorkerWatch()(workers, Date.now()).map(workerInfoOf);
  } finally {
    await engine.close();
  }
}
