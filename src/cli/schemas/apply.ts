import * as z from 'zod';

/** What the reviewer said about a result. */
export const finding = z.strictObject({
  severity: z.enum(['blocking', 'warning', 'note']),
  path: z.string().nullable(),
  line: z.number().nullable(),
  text: z.string(),
});

/** A file that differs between two states. */
export const change = z.strictObject({
  path: z.string(),
  operation: z.enum(['added', 'modified', 'deleted']),
  before: z.string().nullable(),
  after: z.string().nullable(),
  mode: z.string(),
});

const span = z.strictObject({ start: z.number(), length: z.number() });

/** One place that a result changes in a file; `path#number` names it. Lines are counted from 0. */
export const hunk = z.strictObject({ number: z.number(), before: span, after: span, text: z.string() });

/** What `plan apply` would do now. */
export const ApplyPreviewData = z.strictObject({
  files: z.array(z.strictObject({ path: z.string(), operation: z.enum(['added', 'modified', 'deleted']) })),
  /** Parts that stay behind. */
  left: z.array(z.string()),
  /** Of a part: the subplans whose work would land. */
  subplans: z.array(z.string()),
  /** Whether the plan would go on afterwards. */
  goes_on: z.boolean(),
  /** Of the commit. */
  message: z.string(),
  /** Why it is not the applyActor's, where one was asked for it. */
  message_error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  /** The program that runs once it has landed. */
  after: z.array(z.string()).nullable(),
  /** Where the target is now, when it moved since; the result is merged onto it unless there are conflicts. */
  moved: z.strictObject({ commit: z.string(), conflicts: z.array(z.string()) }).nullable(),
  /** Files in the checkout with changes of yours, which stay as they are. */
  uncommitted: z.array(z.string()),
  /** Why it would be refused as things are. */
  obstacle: z.strictObject({ code: z.string(), message: z.string(), hints: z.array(z.string()) }).nullable(),
});

/** Beside where a result landed: what of it did not, and what the program after it came to. */
export const applyExtras = {
  left: z.array(z.string()).optional(),
  after: z
    .strictObject({
      argv: z.array(z.string()),
      outcome: z.enum(['exited', 'timed_out', 'stalled', 'flooded', 'aborted', 'not_found', 'interrupted']),
      exit_code: z.number().nullable(),
      output_tail: z.string(),
    })
    .optional(),
};
