import * as z from 'zod';
import { McpServers } from './mcp-server.ts';
import { ProgramEnvironment } from './program-environment.ts';
import { Watchdogs } from './watchdogs.ts';

/** An agent that speaks the Agent Client Protocol. */
export const AcpSpec = z.strictObject({
  kind: z
    .literal('acp')
    .meta({ description: 'Runs an agent that speaks the Agent Client Protocol over its standard input and output.' }),
  argv: z
    .array(z.string())
    .min(1)
    .meta({ description: 'Program and arguments, without a shell.', examples: [['opencode', 'acp']] }),
  env: ProgramEnvironment,
  model: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'Model it works with, by its id in the agent. Left out: its own choice.',
      examples: ['opus'],
    }),
  mcpServers: McpServers.optional(),
  watchdogs: Watchdogs.prefault({}).meta({ description: 'Limits after which a run is ended.' }),
});
