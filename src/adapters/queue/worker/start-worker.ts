import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { AgentSpec } from '../../../model/agent.ts';
import { TroupeError } from '../../../model/errors.ts';
import type { PlanSpec } from '../../../model/plan.ts';
import type { Redactor } from '../../../model/redactor.ts';
import type { WorkerExchange } from '../../../ports/exchange.ts';
import { resolveAgents } from '../../agents/resolve-agents.ts';
import { systemClock } from '../../clocks/system-clock.ts';
import { openProcessRegistry } from '../../process/process-registry.ts';
import { acquireLock } from '../../project/git/lock.ts';
import { openEngine } from '../engine.ts';
import { digestOf } from '../job-id.ts';
import { protocol } from '../messages.ts';
import { exchangeFolders } from './exchange-folders.ts';
import { openWorker } from './open-worker.ts';
import { proveAgents } from './prove-agents.ts';
import type { WorkFolders } from './work-folder.ts';

export interface StartWorkerOptions {
  queue: string;
  namespace?: string | undefined;
  /** null: the worker does no work on files. */
  exchange: ((folder: string) => WorkerExchange) | null;
  folder: string;
  concurrency: number;
  agents: readonly string[] | null;
  labels: readonly string[];
  commands: readonly string[];
  env: Record<string, string>;
  agentEnv: Record<string, string>;
  ownAgents: Readonly<Record<string, AgentSpec>>;
  secretVariables(plan: PlanSpec): Record<string, string>;
  redactor: Redactor;
  version: string;
  leaseMs: number;
  log(line: string): void;
}

/** A worker that takes work. */
export interface StartedWorker {
  readonly id: string;
  /** The address of the queue, without a password. */
  readonly queue: string;
  readonly agents: Readonly<Record<string, string | null>>;
  running(): number;
  /**
   * Takes no more work, and resolves when what it does is done. When the server of the queue gives no answer for the length of a
   * lease, it stops its work, which other workers do again. Returns how many jobs it stopped.
   */
  drain(): Promise<number>;
  /** Stops what it does; other workers do it again. */
  stop(): Promise<void>;
}

/** Workers of one machine each have a folder of their own: the first that no other process uses. */
const foldersMax = 1000;

/** @throws {TroupeError} QUEUE_UNREACHABLE, PACKAGE_MISSING, USAGE, UNKNOWN_AGENT, AGENT_UNAVAILABLE */
export async function startQueueWorker(options: StartWorkerOptions): Promise<StartedWorker> {
  const { queue, namespace, concurrency, labels, commands, env, agentEnv, ownAgents, redactor } = options;
  const agents = await proveAgents(options.agents, { env, agentEnv });
  const place = await takeFolder(options.folder);
  const tag = `worker-${digestOf(place.folder)}`;
  const programs = openProcessRegistry();
  const clock = systemClock();
  const run: typeof programs.run = given => programs.run({ clock, ...given });
  try {
    // Of a worker that was killed and had this folder.
    const orphans = await programs.killOrphans(async work => work === tag);
    if (orphans.size > 0) await programs.waitForExit(`${tag}/`);
    const engine = await openEngine(queue, { namespace });
    const exchange = options.exchange?.(place.folder) ?? null;
    const { secretVariables, version, leaseMs, log } = options;
    const worker = await openWorker({
      engine,
      tools: {
        agents: resolveAgents({ registered: ownAgents, env, agentEnv, run, clock }),
        run,
        folders: exchange === null ? noFolders : exchangeFolders({ exchange, run, env, secretVariables }),
        ...{ env, tag, redactor },
        abilities: { protocol, agents, labels: [...labels], commands: [...commands], hasFiles: exchange !== null },
      },
      ...{ concurrency, host: hostname(), pid: process.pid, version, leaseMs, log },
    });
    const end = async <Result>(ending: Promise<Result>): Promise<Result> => {
      const result = await ending;
      await programs.waitForExit('');
      await engine.close();
      await place.lock[Symbol.asyncDispose]();
      return result;
    };
    return {
      ...{ id: worker.id, queue: engine.where, agents },
      running: worker.running,
      drain: () => end(worker.drain()),
      stop: () => end(worker.stop()),
    };
  } catch (thrown) {
    await place.lock[Symbol.asyncDispose]();
    throw thrown;
  }
}

const noFolders: WorkFolders = {
  open: () => Promise.reject(new TroupeError('WORKER_REFUSED', 'The worker has no exchange for files')),
  close: async () => undefined,
};

async function takeFolder(below: string): Promise<{ folder: string; lock: AsyncDisposable }> {
  await mkdir(below, { recursive: true, mode: 0o700 });
  for (let at = 1; at <= foldersMax; at++) {
    try {
      const lock = await acquireLock(join(below, `${at}.lock`), { waitMs: 0, purpose: 'worker' });
      const folder = join(below, String(at));
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return { folder, lock };
    } catch (thrown) {
      if (!(TroupeError.is(thrown) && thrown.code === 'LOCK_CONFLICT')) throw thrown;
    }
  }
  throw new TroupeError('LOCK_CONFLICT', `More than ${foldersMax} workers use ${below}`, { where: below });
}
