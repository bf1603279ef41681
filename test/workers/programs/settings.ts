/** What the programs of `npm run workers` are started with, and what they say; both are JSON. */
import type { DatabaseStore } from '../../soak/test-store.ts';
import type { Workload } from '../workload.ts';

export interface OwnerSettings {
  /** With the project, the store and the sandboxes. */
  folder: string;
  workload: Workload;
  /** Where the store is; it waits until no other process has it open. null: in the folder. */
  database: DatabaseStore | null;
  /** null: all work is done in its process. */
  workers: { queue: string; namespace: string; exchange: string } | null;
  /** When the plan is applied it stays until SIGTERM. */
  stays?: boolean;
}

export interface WorkerSettings {
  queue: string;
  namespace: string;
  exchange: string;
  folder: string;
  concurrency: number;
  leaseMs: number;
}

/** What a program says when its work is over. */
export interface ProgramCosts {
  /** Of an owner: milliseconds of the execution. */
  ms?: number;
  /** Milliseconds of processor time so far, and that of programs it started and that ended. */
  cpuMs: number;
  childCpuMs: number;
}
