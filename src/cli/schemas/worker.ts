import * as z from 'zod';

export const workerSchemas: Readonly<Record<string, z.ZodType>> = {
  worker: z.strictObject({ worker: z.string(), queue: z.string() }),
  'worker list': z.strictObject({
    workers: z.array(
      z.strictObject({
        id: z.string(),
        host: z.string(),
        pid: z.number(),
        version: z.string(),
        concurrency: z.number(),
        running: z.number(),
        draining: z.boolean(),
        /** It gave no sign of life for longer than its lease. */
        lost: z.boolean(),
        started_at: z.string(),
        seen_at: z.string(),
        /** The version of each agent; null where it has none. */
        agents: z.record(z.string(), z.string().nullable()),
        labels: z.array(z.string()),
        commands: z.array(z.string()),
        exchange: z.boolean(),
      }),
    ),
  }),
};
