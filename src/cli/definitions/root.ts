import type { CommandDefinition } from '../command.ts';
import { actionFlags, detachFlag, environmentFlag, inspectFlag, planArgument, targetFlags } from './shared-flags.ts';

export const rootCommands: readonly CommandDefinition[] = [
  {
    path: 'init',
    summary: 'Write an example action and say what to do next',
    examples: [
      ['troupe init', 'write troupe/hello.yaml; never overwrites anything'],
      ['troupe init --directory', 'make a folder without git a project'],
    ],
    flags: [{ flags: '--directory', meaning: 'for a folder without git: keep plans in .troupe/' }],
    load: () => import('../commands/init.ts'),
  },
  {
    path: 'run',
    summary: 'Make a plan, strategize and execute; stop before apply',
    examples: [
      ['troupe run -f troupe/hello.yaml', 'ends with a result to look at'],
      ['troupe run -f rename.yaml "rename foo to bar" --arg from=foo --arg to=bar', 'with a goal and arguments'],
      ['troupe run -f rename.yaml -d', 'in the background; troupe plan logs --follow shows it'],
      ['troupe run -f rename.yaml --profile review', 'shows the strategy and asks before work starts'],
      ['troupe run --action local/rename --apply --yes --branch troupe/rename', 'goes through to a branch'],
    ],
    arguments: [['[goal]', 'the goal in one line; default the action’s description']],
    flags: [
      ...actionFlags,
      environmentFlag,
      { flags: '--apply', meaning: 'apply the result, after asking' },
      ...targetFlags,
      inspectFlag,
      detachFlag,
    ],
    load: () => import('../commands/run.ts'),
  },
  {
    path: 'ui',
    summary: 'Watch and steer plans on the whole terminal',
    examples: [
      ['troupe ui', 'all plans; ? shows every key'],
      ['troupe ui 7Q3K2M9P', 'begin with this plan'],
      ['troupe ui --theme light', 'for light backgrounds; plain uses no colours'],
    ],
    arguments: [planArgument],
    flags: [{ flags: '--theme <theme>', meaning: 'how it looks', choices: ['dark', 'light', 'plain'] }],
    load: () => import('../commands/ui.ts'),
  },
  {
    path: 'inspect',
    summary: 'Show live plans on a local page: needs, timeline, statecharts, messages, conflicts',
    examples: [
      ['troupe inspect', 'prints an address that opens once; Ctrl-C closes it and stops no plan'],
      ['troupe inspect --control', 'the page may give orders too'],
      ['troupe inspect --report run.html', 'one file that opens anywhere, for tickets and CI'],
      ['troupe inspect --stately ws://127.0.0.1:8080', 'tells a viewer of the standard protocol as well'],
    ],
    flags: [
      { flags: '--control', meaning: 'take orders from the page; without it the page only looks' },
      { flags: '--port <number>', meaning: 'listen there; default one that is free' },
      { flags: '--report <file>', meaning: 'write all there is to see into one HTML file, and end' },
      { flags: '--stately <url>', meaning: 'also tell a viewer of @statelyai/inspect at this address' },
    ],
    load: () => import('../commands/inspect.ts'),
  },
  {
    path: 'doctor',
    summary: 'Check Node, git, the project, the store, and what was left behind',
    examples: [
      ['troupe doctor', 'say what is well and what is not'],
      ['troupe doctor --repair', 'mend a damaged store; the old one is kept beside it'],
      ['troupe doctor --redact', 'take credentials out of records and logs'],
    ],
    flags: [
      { flags: '--repair', meaning: 'mend the store, and say what is lost' },
      { flags: '--redact', meaning: 'take credentials out of records and logs, files of the store included' },
    ],
    readOnly: true,
    load: () => import('../commands/doctor.ts'),
  },
  {
    path: 'help',
    summary: 'Show help for a command or a topic',
    examples: [
      ['troupe help plan apply', 'one command'],
      ['troupe help exit-codes', 'what the exit codes mean'],
      ['troupe help schema', 'JSON schema of what --json prints'],
    ],
    arguments: [['[words...]', 'a command, or one of the topics exit-codes, action, schema']],
    load: () => import('../commands/help.ts'),
  },
];
