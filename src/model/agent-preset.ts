import * as z from 'zod';
import { McpServers } from './mcp-server.ts';
import { ProgramEnvironment } from './program-environment.ts';
import { Watchdogs } from './watchdogs.ts';

/** The names of the agents that Troupe knows how to run. */
export const AgentPresetName = z.enum([
  'claude',
  'codex',
  'gemini',
  'opencode',
  'pi',
  'copilot',
  'qwen',
  'cline',
  'goose',
  'aider',
  'amp',
]);
export type AgentPresetName = z.infer<typeof AgentPresetName>;

/** An agent of a preset, with choices. */
export const PresetSpec = z.strictObject({
  kind: z.literal('preset').meta({ description: 'Runs an agent that you have installed, by its name.' }),
  agent: AgentPresetName.meta({ description: 'Which one.', examples: ['claude'] }),
  model: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Model it works with. Left out: its own choice.', examples: ['opus'] }),
  effort: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'How hard the model thinks, in the words of the agent.', examples: ['high'] }),
  args: z
    .array(z.string())
    .default([])
    .meta({ description: 'Further arguments, after those of the preset.', examples: [['--max-turns', '50']] }),
  env: ProgramEnvironment,
  mcpServers: McpServers.optional(),
  watchdogs: Watchdogs.optional().meta({ description: 'Limits after which a run is ended.' }),
});
