import * as z from 'zod';
import { HintData } from './hint.ts';

const gcReport = z.strictObject({
  dry_run: z.boolean(),
  items: z.array(
    z.strictObject({
      kind: z.enum(['sandbox', 'plan', 'leftover', 'refs', 'log']),
      name: z.string(),
      plan_id: z.string().nullable(),
      goal: z.string().nullable(),
      why: z.string(),
      bytes: z.number(),
      kept_in: z.string().nullable(),
      error: z.record(z.string(), z.unknown()).nullable(),
    }),
  ),
  bytes: z.number(),
  kept: z.strictObject({ plans: z.number(), bytes: z.number() }),
});

/** Schemas of the data of commands for stored data. */
export const maintenanceSchemas = {
  gc: gcReport,
  doctor: z.strictObject({
    checks: z.array(
      z.strictObject({
        name: z.string(),
        status: z.enum(['ok', 'failed', 'note']),
        text: z.string(),
        hints: z.array(HintData),
      }),
    ),
    repaired: z.boolean(),
  }),
  export: z.strictObject({
    plan_id: z.string(),
    file: z.string().nullable(),
    lines: z.number(),
    bytes: z.number(),
    redacted: z.array(z.string()),
  }),
  import: z.strictObject({
    plan_id: z.string(),
    plan_ids: z.array(z.string()),
    rows: z.number(),
    files: z.boolean(),
  }),
  replay: z.strictObject({
    plan_id: z.string(),
    goal: z.string(),
    lines: z.number(),
    events: z.array(z.looseObject({ type: z.string(), plan_id: z.string(), seq: z.string(), at: z.string() })),
  }),
} as const;
