import { z } from 'zod';

const cleanup = z.strictObject({
  dry_run: z.boolean(),
  items: z.array(
    z.strictObject({
      kind: z.enum(['sandbox', 'plan', 'refs', 'log']),
      name: z.string(),
      plan_id: z.string().nullable(),
      goal: z.string().nullable(),
      why: z.string(),
      bytes: z.number(),
      kept_in: z.string().nullable(),
      fault: z.record(z.string(), z.unknown()).nullable(),
    }),
  ),
  bytes: z.number(),
  kept: z.strictObject({ plans: z.number(), bytes: z.number() }),
});

/** What the commands about what is kept put into the envelope's `data`. */
export const keepSchemas = { gc: cleanup } as const;
