import * as z from 'zod';

/** What to do next: `text` is the line to type, or advice; a command of Troupe is there as data, too. */
export const HintData = z.strictObject({
  text: z.string(),
  command: z.string().optional(),
  plan_id: z.string().optional(),
  args: z.array(z.string()).optional(),
  options: z.record(z.string(), z.union([z.string(), z.number(), z.literal(true), z.null()])).optional(),
  directory: z.string().optional(),
  before: z.string().optional(),
  after: z.string().optional(),
  note: z.string().optional(),
});
