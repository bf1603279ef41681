/** One plan from its beginning to its applied result, by programs of their own; on workers, some of them are killed on the way. */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Leftovers, type Observations, observe } from '../soak/observations.ts';
import type { DatabaseStore } from '../soak/test-store.ts';
import { serveExchange } from './exchange-server.ts';
import { type Fleet, startFleet } from './fleet.ts';
import type { Network } from './network.ts';
import type { OwnerSettings, ProgramCosts } from './programs/settings.ts';
import { type StartedProgram, startProgram, untilReady } from './programs/start.ts';
import type { QueueServer } from './queue-servers.ts';
import { type Remains, type RemainsOptions, readRemains } from './remains.ts';
import { createProject, type Workload } from './workload.ts';

export interface PlanRunOptions {
  /** Compiled programs. */
  programs: { owner: string; worker: string };
  /** An empty folder of its own. */
  folder: string;
  workload: Workload;
  /** The store of the owner; another process waits for it. null: it is in the folder, and no process waits. @default null */
  database?: DatabaseStore | null;
  workers: { server: QueueServer; count: number; concurrency: number; leaseMs: number } | null;
  /** With the machines `owner`, `exchange`, `worker-0` and so on. @default all run here */
  network?: Network;
  /** Runs beside the plan, and may kill what takes part in it. */
  disturb?(parts: DisturbedParts): Promise<void>;
}

export interface DisturbedParts {
  fleet: Fleet;
  server: QueueServer;
  /** Kills the owner at once. Another one is started, or the process that waits for its store takes over; resolves when it did. */
  killOwner(): Promise<void>;
  /** Whether the plan is applied. */
  isOver(): boolean;
}

export interface PlanRun {
  observations: Observations;
  leftovers: Leftovers;
  /** null without workers. */
  remains: Remains | null;
  owner: ProgramCosts;
  workers: ProgramCosts[];
  jobs: number[];
  /** What workers said of jobs that failed. */
  failures: string[];
}

/** The owner looks for what its earlier processes left a minute after its start. */
const sweptMs = 120_000;

export async function runPlan(options: PlanRunOptions): Promise<PlanRun> {
  const { folder, workload, database = null, workers, programs, disturb, network } = options;
  const { exchange } = createProject(folder);
  const namespace = `run_${process.pid}`;
  const machines = join(folder, 'machines');
  const exchangeServer = network === undefined ? null : await serveExchange(exchange, network.machine('exchange'));
  const place =
    workers === null ? null : { queue: workers.server.url, namespace, exchange: exchangeServer?.url ?? exchange };
  const settings: OwnerSettings = { folder, workload, database, workers: place };
  const fleet =
    workers === null || place === null
      ? null
      : startFleet({
          ...{ ...place, ...workers, program: programs.worker, folder: machines },
          ...(network && { machine: at => network.machine(`worker-${at}`) }),
        });
  await fleet?.ready();
  const startOwner = (given: OwnerSettings) => startProgram(programs.owner, given, network?.machine('owner').prefix);
  let owner = startOwner(settings);
  /** The process that waits for the store. */
  let next: StartedProgram | null = null;
  const startNext = async () => {
    if (database === null) return;
    await untilReady(owner);
    next = startOwner(settings);
  };
  await startNext();
  const isOver = () => owner.status.done === true;
  const disturbing =
    fleet === null || workers === null || disturb === undefined
      ? null
      : disturb({
          fleet,
          server: workers.server,
          isOver,
          async killOwner() {
            await kill(owner);
            owner = next ?? startOwner(settings);
            await startNext();
          },
        });
  await disturbing;
  await owner.done;
  if (!isOver()) throw new Error(`The owner ended by itself: ${owner.errors()}`);
  const costs = owner.status.costs ?? { cpuMs: 0, childCpuMs: 0 };
  const jobs = fleet?.jobs() ?? [];
  const failures = fleet?.failures() ?? [];
  if (next !== null) await kill(next);
  await owner.ended;
  const { testimony: observations, leftovers } = await observe(folder, database);
  const remaining = { ...place, exchange, folder: machines } as RemainsOptions;
  if (place !== null && (await countQueued(remaining)) > 0)
    await sweep(() => startOwner({ ...settings, stays: true }), remaining);
  const workerCosts = (await fleet?.drain()) ?? [];
  const remains = place === null ? null : await readRemains(remaining);
  await exchangeServer?.stop();
  rmSync(folder, { recursive: true, force: true });
  return { observations, leftovers, remains, owner: costs, workers: workerCosts, jobs, failures };
}

/** What killed owners left in the queue and the exchange, a later one removes. */
async function sweep(start: () => StartedProgram, remaining: RemainsOptions): Promise<void> {
  const owner = start();
  const until = performance.now() + sweptMs;
  while (performance.now() < until && (await countQueued(remaining)) > 0)
    await once(AbortSignal.timeout(1000), 'abort');
  owner.child.kill('SIGTERM');
  await owner.ended;
}

async function countQueued(remaining: RemainsOptions): Promise<number> {
  const { jobs, refs } = await readRemains(remaining);
  return jobs.length + refs.length;
}

async function kill(program: StartedProgram): Promise<void> {
  program.child.kill('SIGKILL');
  await program.ended;
}
