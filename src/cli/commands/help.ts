import type { CommandDefinition } from '../command.ts';

export const command: CommandDefinition = {
  path: 'help',
  summary: 'Show help for a command or a topic',
  examples: [
    ['troupe help plan apply', 'one command'],
    ['troupe help exit-codes', 'what the exit codes mean'],
    ['troupe help schema', 'JSON schema of what --json prints'],
  ],
  arguments: [['[words...]', 'a command, or one of the topics exit-codes, action, schema']],
  load: () => import('./help.run.ts'),
};
