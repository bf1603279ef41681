import * as z from 'zod';

/** What a tool does, declared with the tool. */
export const SideEffect = z.enum([
  'read_files',
  'write_files',
  'run_process',
  'spawn_subplan',
  'create_checkpoint',
  'report_finding',
  'ask_person',
]);
export type SideEffect = z.infer<typeof SideEffect>;

/** Whether a tool changes nothing. */
export const isReadingTool = ({ sideEffects }: { sideEffects: readonly SideEffect[] }): boolean =>
  sideEffects.every(effect => effect === 'read_files');

/** One call of a tool, as journaled: the actual input and output. */
export const ToolCall = z.strictObject({
  callId: z.string(),
  planId: z.string(),
  tool: z.string(),
  input: z.unknown(),
  result: z.unknown(),
  error: z.unknown().nullable(),
  durationMs: z.number(),
  startedAt: z.string(),
  undone: z.boolean(),
  /** Finds the call again after a crash, for an agent that may make others then. @default its position */
  key: z.string().optional(),
  /** Whether secrets in the output were replaced. @default false */
  redacted: z.boolean().optional(),
});
export type ToolCall = z.infer<typeof ToolCall>;
