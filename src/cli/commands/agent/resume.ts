import type { CommandDefinition } from '../../command.ts';
import { planArgument } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'agent resume',
  summary: "Print the command that opens the last session of a plan's agent in the agent itself",
  examples: [
    ['troupe agent resume', 'for the last plan: cd FOLDER && claude --resume ID'],
    ['troupe agent resume --subplan "write the docs" --json', 'the session of a subplan, with its folder and usage'],
  ],
  arguments: [planArgument],
  flags: [{ flags: '--subplan <name>', meaning: 'that of a subplan, by its goal or id' }],
  readOnly: true,
  load: () => import('./resume.run.ts'),
};
