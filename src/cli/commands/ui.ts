import type { CommandDefinition } from '../command.ts';
import { planArgument } from '../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'ui',
  summary: 'Watch and steer plans on the whole terminal',
  examples: [
    ['troupe ui', 'all plans; ? shows every key'],
    ['troupe ui 7Q3K2M9P', 'start with this plan'],
    ['troupe ui --theme light', 'for light backgrounds; plain uses no colors'],
  ],
  arguments: [planArgument],
  flags: [{ flags: '--theme <theme>', meaning: 'the color theme', choices: ['dark', 'light', 'plain'] }],
  load: () => import('./ui.run.ts'),
};
