/** Workers of a run: each is a process with a folder of its own, as on a machine of its own. */
import { join } from 'node:path';
import type { Machine } from './network.ts';
import type { ProgramCosts, WorkerSettings } from './programs/settings.ts';
import { type StartedProgram, startProgram, untilReady } from './programs/start.ts';

export interface Fleet {
  /** Resolves when all take work. */
  ready(): Promise<void>;
  /** Kills a worker with SIGKILL, and starts another one in its folder. */
  kill(at: number): Promise<void>;
  /** Drains all, and returns what each cost since it was started. */
  drain(): Promise<ProgramCosts[]>;
  /** How many jobs each has finished since it was started. */
  jobs(): number[];
  /** What they said of jobs that failed. */
  failures(): string[];
}

export interface FleetOptions extends Omit<WorkerSettings, 'folder'> {
  /** The compiled worker. */
  program: string;
  folder: string;
  count: number;
  /** Where each runs. @default here */
  machine?(at: number): Machine;
}

export function startFleet({ program, folder, count, machine, ...settings }: FleetOptions): Fleet {
  const start = (at: number) =>
    startProgram(program, { ...settings, folder: join(folder, `machine-${at}`) }, machine?.(at).prefix);
  const workers: StartedProgram[] = Array.from({ length: count }, (_, at) => start(at));
  return {
    async ready() {
      for (const worker of workers) await untilReady(worker);
    },
    async kill(at) {
      const worker = workers[at];
      if (worker === undefined) throw new RangeError(`There is no worker ${at}`);
      worker.child.kill('SIGKILL');
      await worker.ended;
      workers[at] = start(at);
    },
    async drain() {
      for (const worker of workers) await untilReady(worker);
      for (const { child } of workers) child.kill('SIGTERM');
      await Promise.all(workers.map(({ ended }) => ended));
      return workers.map(({ status, errors }) => {
        if (status.costs === undefined) throw new Error(`A worker did not drain: ${errors()}`);
        return status.costs;
      });
    },
    failures: () => workers.flatMap(({ status }) => status.jobs?.failures ?? []),
    jobs: () => workers.map(({ status }) => status.jobs?.done ?? 0),
  };
}
