import * as z from 'zod';
import { HintData } from './hint.ts';

/** A finding of the review of a result. */
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

/** One hunk of a file in a result, named `path#number`. Lines are counted from 0. */
export const hunk = z.strictObject({ number: z.number(), before: span, after: span, text: z.string() });

/** What `plan apply` would do now. */
export const ApplyPreviewData = z.strictObject({
  files: z.array(z.strictObject({ path: z.string(), operation: z.enum(['added', 'modified', 'deleted']) })),
  /** Parts that are not applied. */
  excluded: z.array(z.string()),
  /** For a part: the subplans whose work would be applied. */
  subplans: z.array(z.string()),
  /** Whether the plan would continue afterwards. */
  continues: z.boolean(),
  /** Of the commit. */
  message: z.string(),
  /** Why the message is not the applyActor's, if one was requested. */
  message_error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  /** The program that runs after the apply. */
  post_apply: z.array(z.string()).nullable(),
  /** The target's head, if it moved; the result is merged onto it unless there are conflicts. */
  moved: z.strictObject({ commit: z.string(), conflicts: z.array(z.string()) }).nullable(),
  /** Files in the checkout with your uncommitted changes, which stay unchanged. */
  uncommitted: z.array(z.string()),
  /** Why the apply would be rejected now. */
  blocked_by: z.strictObject({ code: z.string(), message: z.string(), hints: z.array(HintData) }).nullable(),
});

/** In addition to the target of the apply: the parts that were not applied, and the result of the post-apply program. */
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
