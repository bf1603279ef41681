import * as z from 'zod';
import { HintData } from '../schemas/hint.ts';
import { schemaVersion } from './schema-version.ts';

/** A message, or the final error. */
export const OutputMessage = z.strictObject({
  level: z.enum(['info', 'warning', 'error']),
  text: z.string(),
  code: z.string().nullable(),
  where: z.string().nullable(),
  /** Commands to run next, best first. */
  hints: z.array(HintData),
});
export type OutputMessage = z.infer<typeof OutputMessage>;

/** The document every command prints with `--json` and `--format yaml`, and the last line of `jsonl`. */
export const Envelope = z.strictObject({
  schema_version: z.literal(schemaVersion),
  command: z.string(),
  status: z.enum(['ok', 'failed']),
  exit_code: z.number().int(),
  /** Null when the command failed before it had data. Keys in snake_case. */
  data: z.record(z.string(), z.unknown()).nullable(),
  timing: z.strictObject({ started_at: z.string(), duration_ms: z.number().int().min(0) }),
  messages: z.array(OutputMessage),
});
export type Envelope = z.infer<typeof Envelope>;

/** First line of `jsonl`. */
export const OutputHello = z.strictObject({
  type: z.literal('hello'),
  schema_version: z.literal(schemaVersion),
  command: z.string(),
});
export type OutputHello = z.infer<typeof OutputHello>;

/** Last line of `jsonl`: always present, also after a failure. */
export const OutputResult = Envelope.extend({ type: z.literal('result') });
export type OutputResult = z.infer<typeof OutputResult>;
