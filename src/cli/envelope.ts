import * as z from 'zod';

/** Raised when a key changes its meaning or goes; new keys do not raise it. */
export const schemaVersion = 1;

/** Something said on the way, or the error at the end. */
export const Message = z.strictObject({
  level: z.enum(['info', 'warning', 'error']),
  text: z.string(),
  code: z.string().nullable(),
  where: z.string().nullable(),
  /** Commands to type next, best first. */
  hints: z.array(z.string()),
});
export type Message = z.infer<typeof Message>;

/** The one document every command writes with `--json` and `--format yaml`, and the last line of `jsonl`. */
export const Envelope = z.strictObject({
  schema_version: z.literal(schemaVersion),
  command: z.string(),
  status: z.enum(['ok', 'failed']),
  exit_code: z.number().int(),
  /** Null when the command failed before it had anything to show. Keys in snake_case. */
  data: z.record(z.string(), z.unknown()).nullable(),
  timing: z.strictObject({ started_at: z.string(), duration_ms: z.number().int().min(0) }),
  messages: z.array(Message),
});
export type Envelope = z.infer<typeof Envelope>;

/** First line of `jsonl`. */
export const Hello = z.strictObject({
  type: z.literal('hello'),
  schema_version: z.literal(schemaVersion),
  command: z.string(),
});
export type Hello = z.infer<typeof Hello>;

/** Last line of `jsonl`: always there, also after a failure. */
export const Result = Envelope.extend({ type: z.literal('result') });
export type Result = z.infer<typeof Result>;
