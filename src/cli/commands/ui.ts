import type { CommandDefinition } from '../command.ts';
import { planArgument } from '../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'ui',
  summary: 'Follow and control plans in a full-screen terminal UI',
  examples: [
    ['troupe ui', 'all plans; ? shows every key'],
    ['troupe ui 7Q3K2M9P', 'start with this plan'],
    ['troupe ui --theme light', 'for light backgrounds; plain uses no colors'],
  ],
  arguments: [planArgument],
  flags: [{ flags: '--theme <theme>', meaning: 'the color theme', choices: ['dark', 'light', 'plain'] }],
  load: () => import('./ui.run.ts'),
};
