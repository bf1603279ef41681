import { describeLeftovers } from '../../soak/soak.ts';
import type { ProgramCosts } from '../programs/settings.ts';
import type { ServerName } from '../queue-servers.ts';
import type { PlanRun, PlanRunOptions } from '../whole-plan.ts';

export interface WorkerCaseOptions {
  server: ServerName;
  /** The store of the owner. @default 'level' */
  store?: 'level' | 'postgres';
  programs: PlanRunOptions['programs'];
  directory: string;
  subplans: number;
  kills: number;
  seed: number;
  report(line: string): void;
}

/** Figures of a case, and what went wrong. */
export interface WorkerVerdict {
  violations: string[];
}

/** Jobs that failed, and what a run left. */
export const leftBehind = (name: string, { leftovers, remains, failures }: PlanRun): string[] => [
  ...failures.map(failure => `${name}: a job failed: ${failure}`),
  ...describeLeftovers(name, leftovers),
  ...describeLeftovers(name, remains ?? {}),
];

/** Milliseconds of processor time of all programs. */
export const cpuOf = (costs: readonly ProgramCosts[]): number =>
  costs.reduce((sum, { cpuMs, childCpuMs }) => sum + cpuMs + childCpuMs, 0);
