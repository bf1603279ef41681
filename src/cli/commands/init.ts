import type { CommandDefinition } from '../command.ts';

export const command: CommandDefinition = {
  path: 'init',
  summary: 'Write an example action and print the next commands',
  examples: [
    ['troupe init', 'write troupe/hello.yaml; never overwrites anything'],
    ['troupe init --agent claude', 'an action for that agent, which becomes the default agent of troupe run'],
    ['troupe init --directory', 'make a folder without git a project'],
  ],
  flags: [
    { flags: '--agent <name>', meaning: 'write an action for this agent, and make it the agent for goals here' },
    { flags: '--directory', meaning: 'for a folder without git: keep plans in .troupe/' },
  ],
  load: () => import('./init.run.ts'),
};
