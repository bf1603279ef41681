import type { CommandDefinition } from '../command.ts';
import { environmentFlag } from '../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'mcp',
  summary: 'Serve plans as tools to other agents over the Model Context Protocol (stdio)',
  examples: [
    ['troupe mcp', 'started by an agent, for the project of the folder; ends with its input'],
    ['troupe mcp --allow-apply', 'that agent may also apply results that it reviewed'],
  ],
  flags: [
    { flags: '--allow-apply', meaning: 'allow the tool that applies a result; by default a person does it' },
    environmentFlag,
  ],
  load: () => import('./mcp.run.ts'),
};
