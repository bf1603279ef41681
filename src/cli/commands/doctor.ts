import type { CommandDefinition } from '../command.ts';

export const command: CommandDefinition = {
  path: 'doctor',
  summary: 'Check Node, git, installed agents, the project, the store, and leftovers',
  examples: [
    ['troupe doctor', 'print the result of each check'],
    ['troupe doctor --repair', 'repair a damaged store; keeps a copy of the old one'],
    ['troupe doctor --redact', 'remove credentials from records and logs'],
  ],
  flags: [
    { flags: '--repair', meaning: 'repair the store and print what is lost' },
    { flags: '--redact', meaning: 'remove credentials from records and logs, including files of the store' },
  ],
  readOnly: true,
  load: () => import('./doctor.run.ts'),
};
