import * as z from 'zod';
import { AgentFormat } from './agent-format.ts';
import { McpServers } from './mcp-server.ts';
import { ProgramEnvironment } from './program-environment.ts';
import { Watchdogs } from './watchdogs.ts';

/** An agent that is a program with a command line of yours. */
export const CommandSpec = z.strictObject({
  kind: z.literal('command').meta({ description: 'Runs a program in the sandbox.' }),
  argv: z
    .array(z.string())
    .min(1)
    .meta({ description: 'Program and arguments, without a shell.', examples: [['my-agent', '--print']] }),
  env: ProgramEnvironment,
  reads: AgentFormat.default('lines').meta({
    description: 'Format of what it prints: `lines` of JSON as described here, or that of an agent.',
    examples: ['claude'],
  }),
  mcpServers: McpServers.optional(),
  watchdogs: Watchdogs.prefault({}).meta({ description: 'Limits after which a run is ended.' }),
});
export type CommandSpec = Omit<z.infer<typeof CommandSpec>, 'reads'> & { reads?: AgentFormat };
