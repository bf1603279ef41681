import type { CommandDefinition } from '../../command.ts';
import { environmentFlag, planFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan resolve',
  summary: 'Resolve a conflict; when none is left the merge continues',
  examples: [
    ['troupe plan resolve src/a.ts --take theirs', 'take one side of one file'],
    ['troupe plan resolve src/a.ts --with merged.ts', 'take the content of a file'],
    ['troupe plan resolve src/a.ts --hunk 2 --take both', 'both sides of one hunk, ours first'],
    ['troupe plan resolve src/a.ts --edit', 'in $VISUAL or $EDITOR'],
    ['troupe plan resolve --attempt 2', 'choose one of several attempts at the goal'],
    ['troupe plan resolve --all --take ours', 'the same side for all unresolved conflicts'],
  ],
  arguments: [['[path]', 'the file in conflict; PATH#2 is its second hunk']],
  flags: [
    { flags: '--take <side>', meaning: 'the side to take', choices: ['ours', 'theirs', 'base', 'both'] },
    { flags: '--with <file>', meaning: 'a file with the merged content; it keeps its mode' },
    { flags: '--attempt <number>', meaning: 'of several attempts at the goal, take this one' },
    { flags: '--edit', meaning: 'edit the file with its conflict markers in your editor' },
    { flags: '--actor <name>', meaning: 'ask an agent; its result is checked' },
    { flags: '--hunk <number>', meaning: 'only this hunk, as plan conflicts numbers them' },
    { flags: '--all', meaning: 'every unresolved conflict' },
    planFlag,
    environmentFlag,
  ],
  load: () => import('./resolve.run.ts'),
};
