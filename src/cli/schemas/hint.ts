import * as z from 'zod';
import { hintFields } from '../../model/error-schema.ts';

/** What to do next: `text` is the line to type, or advice; a command of Troupe is there as data, too. */
export const HintData = z.strictObject({
  text: z.string(),
  command: z.string().optional(),
  plan_id: z.string().optional(),
  ...hintFields,
});
