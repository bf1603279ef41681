import { formatTable } from '../presentation/text-layout.ts';
import type { CommandDefinition } from './command.ts';
import { commandDefinitions, commandGroups, globalFlags } from './commands/index.ts';

/** Returns the help of one command: examples first, then arguments and flags. */
export function commandHelp(verb: CommandDefinition): string {
  const placeholders = (verb.arguments ?? []).map(([name]) => ` ${name}`).join('');
  return sections([
    [`${verb.summary}.`],
    ['Examples', ...formatTable(verb.examples)],
    ['Usage', `  troupe ${verb.path}${placeholders} [flags]`],
    ['Arguments', ...formatTable(verb.arguments ?? [])],
    ['Flags', ...formatTable((verb.flags ?? []).map(flag => [flag.flags, flagText(flag)] as const))],
    ['Global flags', ...formatTable(globalFlags)],
  ]);
}

/** Returns the help of a group of commands, or of all. */
export function groupHelp(name?: string): string {
  if (name === undefined) return overview();
  const members = commandDefinitions.filter(({ path }) => path.startsWith(`${name} `));
  const summary = commandGroups.find(group => group.name === name)?.summary ?? name;
  return sections([
    [`${summary}.`],
    ['Examples', ...formatTable(members.slice(0, 3).flatMap(({ examples }) => examples.slice(0, 1)))],
    ['Commands', ...formatTable(members.map(({ path, summary: what }) => [path, what] as const))],
    [`Say "troupe help ${name} COMMAND" for its flags.`],
  ]);
}

function overview(): string {
  return sections([
    ['Troupe runs plans on your project: strategize, execute in parallel, merge, apply.'],
    [
      'Examples',
      ...formatTable([
        ['troupe init', 'write an example action'],
        ['troupe run -f troupe/hello.yaml', 'run a plan up to a reviewed result'],
        ['troupe plan diff', 'show the result'],
        ['troupe plan apply', 'apply it to the project'],
      ]),
    ],
    ['Commands', ...formatTable(commandDefinitions.map(({ path, summary }) => [path, summary] as const))],
    ['Global flags', ...formatTable(globalFlags)],
    ['Run "troupe help COMMAND" for the flags of a command, "troupe help exit-codes" for the exit codes.'],
  ]);
}

function flagText(flag: { meaning: string; choices?: readonly string[]; repeatable?: boolean }): string {
  const choices = flag.choices === undefined ? '' : `: ${flag.choices.join(', ')}`;
  return `${flag.meaning}${choices}${flag.repeatable === true ? '; may be repeated' : ''}`;
}

function sections(parts: string[][]): string {
  const filled = parts.filter((lines, index) => index === 0 || lines.length > 1 || lines[0]?.endsWith('.'));
  return `${filled.map(lines => lines.join('\n')).join('\n\n')}\n`;
}
