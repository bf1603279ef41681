import * as z from 'zod';
import type { WorkerInfo } from '../../model/worker-info.ts';

/** What a worker can and may do. Workers for which it is equal take their work from one queue. */
export const WorkerAbilities = z.strictObject({
  protocol: z.number(),
  /** Its agents, by name: `steps`, `llm`, or that of a preset, with the version of its program. */
  agents: z.record(z.string(), z.string().nullable()),
  labels: z.array(z.string()),
  /** Commands that it may run: `*`, or the first words of a command. */
  commands: z.array(z.string()),
  /** Whether it has an exchange for files. */
  hasFiles: z.boolean(),
});
export type WorkerAbilities = z.infer<typeof WorkerAbilities>;

/** A worker, as it appears to owners. */
export const WorkerRecord = z.strictObject({
  id: z.string(),
  host: z.string(),
  pid: z.number(),
  /** Version of Troupe. */
  version: z.string(),
  /** The queue of its work. */
  queue: z.string(),
  abilities: WorkerAbilities,
  concurrency: z.number(),
  running: z.number(),
  /** It finishes its work and takes no more. */
  isDraining: z.boolean(),
  startedAt: z.string(),
  seenAt: z.string(),
  /** Counts its signs of life. */
  beat: z.number(),
  /** Milliseconds without one after which it counts as dead. */
  leaseMs: z.number(),
});
export type WorkerRecord = z.infer<typeof WorkerRecord>;

/** Returns what users see of a worker. */
export function workerInfoOf({ record, isLost }: { record: WorkerRecord; isLost: boolean }): WorkerInfo {
  const { id, host, pid, version, concurrency, running, isDraining, startedAt, seenAt, abilities } = record;
  const { agents, labels, commands, hasFiles: hasExchange } = abilities;
  return {
    ...{ id, host, pid, version, concurrency, running, isDraining, isLost, startedAt, seenAt },
    ...{ agents, labels, commands, hasExchange },
  };
}
