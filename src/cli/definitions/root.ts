import type { CommandDefinition } from '../command.ts';
import { actionFlags, detachFlag, environmentFlag, inspectFlag, planArgument, targetFlags } from './shared-flags.ts';

export const rootCommands: readonly CommandDefinition[] = [
  {
    path: 'init',
    summary: 'Write an example action and print the next commands',
    examples: [
      ['troupe init', 'write troupe/hello.yaml; never overwrites anything'],
      ['troupe init --agent claude', 'an action for that agent, which also works on goals of troupe run from now on'],
      ['troupe init --directory', 'make a folder without git a project'],
    ],
    flags: [
      { flags: '--agent <name>', meaning: 'write an action for this agent, and make it the agent for goals here' },
      { flags: '--directory', meaning: 'for a folder without git: keep plans in .troupe/' },
    ],
    load: () => import('../commands/init.ts'),
  },
  {
    path: 'run',
    summary: 'Create a plan of a goal or an action, strategize and execute; stop before apply',
    examples: [
      ['troupe run "fix the flaky test" --agent claude', 'a goal; ends with a result for review'],
      [
        'troupe run "add a dark theme" --split --check "npm test"',
        'in subplans side by side; the result must pass the check',
      ],
      [
        'troupe run "fix the flaky test" --save troupe/fix.yaml',
        'also write the action, to change it and to run it again',
      ],
      ['troupe run -f troupe/hello.yaml', 'an action of a file'],
      ['troupe run -f rename.yaml "rename foo to bar" --arg from=foo --arg to=bar', 'with a goal and arguments'],
      ['troupe run -f rename.yaml -d', 'in the background; follow it with troupe plan logs --follow'],
      ['troupe run -f rename.yaml --profile review', 'show the strategy and ask before execution'],
      ['troupe run --action local/rename --apply --yes --branch troupe/rename', 'also apply, to a branch'],
    ],
    arguments: [
      ['[goal]', 'the goal, or the name of a stored action; with -f or --action, the goal in place of its description'],
    ],
    flags: [
      {
        flags: '--agent <name>',
        meaning: 'the agent for the goal; default agent in config.yaml, else the only one installed',
      },
      { flags: '--model <model>', meaning: 'the model that the agent uses; default its own' },
      { flags: '--split', meaning: 'ask the agent first whether and how to split the goal into subplans' },
      { flags: '--check <command>', meaning: 'a command that must succeed on the result', repeatable: true },
      { flags: '--save <file>', meaning: 'write the action that is used to this file' },
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
      ['troupe ui 7Q3K2M9P', 'start with this plan'],
      ['troupe ui --theme light', 'for light backgrounds; plain uses no colors'],
    ],
    arguments: [planArgument],
    flags: [{ flags: '--theme <theme>', meaning: 'the color theme', choices: ['dark', 'light', 'plain'] }],
    load: () => import('../commands/ui.ts'),
  },
  {
    path: 'inspect',
    summary: 'Serve a local page with live plans: timeline, statecharts, messages, conflicts',
    examples: [
      ['troupe inspect', 'print an address that opens once; Ctrl-C closes it and stops no plan'],
      ['troupe inspect --control', 'allow the page to send commands'],
      ['troupe inspect --report run.html', 'one file that opens anywhere, for tickets and CI'],
      ['troupe inspect --stately ws://127.0.0.1:8080', 'also send events to a viewer of the standard protocol'],
    ],
    flags: [
      { flags: '--control', meaning: 'allow the page to send commands; the default is read-only' },
      { flags: '--port <number>', meaning: 'the port to listen on; default a free one' },
      { flags: '--report <file>', meaning: 'write everything to one HTML file and exit' },
      { flags: '--stately <url>', meaning: 'also send events to a viewer of @statelyai/inspect at this address' },
    ],
    load: () => import('../commands/inspect.ts'),
  },
  {
    path: 'mcp',
    summary: 'Serve plans as tools to another agent, by the Model Context Protocol on standard input and output',
    examples: [
      ['troupe mcp', 'started by an agent, for the project of the folder; ends with its input'],
      ['troupe mcp --allow-apply', 'that agent may also apply results that it reviewed'],
    ],
    flags: [
      { flags: '--allow-apply', meaning: 'allow the tool that applies a result; by default a person does it' },
      environmentFlag,
    ],
    load: () => import('../commands/mcp.ts'),
  },
  {
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
