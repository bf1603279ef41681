import * as z from 'zod';

/** The formats of output that are understood: `lines` is our own, the others are named after the agent that prints them. */
export const AgentFormat = z.enum([
  'lines',
  'claude',
  'codex',
  'gemini',
  'opencode',
  'pi',
  'copilot',
  'cline',
  'goose',
  'aider',
]);
export type AgentFormat = z.infer<typeof AgentFormat>;
