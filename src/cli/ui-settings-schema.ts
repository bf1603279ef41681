import * as z from 'zod';
import { describeIssue, describeIssues } from '../index.ts';

// What reads the file needs this too, and it loads zod: it gets it here, with the schema.
export { describeIssue, describeIssues };

/** Settings of the terminal UI: `ui.json` in the folder of Troupe's settings. */
export const UiSettings = z.strictObject({
  theme: z.enum(['dark', 'light', 'plain']).optional(),
  /** One key or several, by command name. */
  keys: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
});
export type UiSettings = z.infer<typeof UiSettings>;
