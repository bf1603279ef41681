import type { Verb } from './verb.ts';
import { globalFlags, groups, verbs } from './verbs.ts';

type Row = readonly [left: string, right: string];

/** Help for one command: examples first, then arguments and flags. */
export function helpOfVerb(verb: Verb): string {
  const placeholders = (verb.arguments ?? []).map(([name]) => ` ${name}`).join('');
  return sections([
    [`${verb.summary}.`],
    ['Examples', ...table(verb.examples)],
    ['Usage', `  troupe ${verb.path}${placeholders} [flags]`],
    ['Arguments', ...table(verb.arguments ?? [])],
    ['Flags', ...table((verb.flags ?? []).map(flag => [flag.flags, meaningOf(flag)] as const))],
    ['Global flags', ...table(globalFlags)],
  ]);
}

/** Help for a group of commands, or for everything. */
export function helpOfGroup(name?: string): string {
  if (name === undefined) return overview();
  const members = verbs.filter(({ path }) => path.startsWith(`${name} `));
  const summary = groups.find(group => group.name === name)?.summary ?? name;
  return sections([
    [`${summary}.`],
    ['Examples', ...table(members.slice(0, 3).flatMap(({ examples }) => examples.slice(0, 1)))],
    ['Commands', ...table(members.map(({ path, summary: what }) => [path, what] as const))],
    [`Say "troupe help ${name} COMMAND" for its flags.`],
  ]);
}

function overview(): string {
  return sections([
    ['Troupe runs plans on your project: strategize, execute in parallel, merge, apply.'],
    [
      'Examples',
      ...table([
        ['troupe init', 'write an example action'],
        ['troupe run -f troupe/hello.yaml', 'a plan up to a result you can look at'],
        ['troupe plan diff', 'look at it'],
        ['troupe plan apply', 'bring it home'],
      ]),
    ],
    ['Commands', ...table(verbs.map(({ path, summary }) => [path, summary] as const))],
    ['Global flags', ...table(globalFlags)],
    ['Say "troupe help COMMAND" for its flags, "troupe help exit-codes" for the exit codes.'],
  ]);
}

function meaningOf(flag: { meaning: string; choices?: readonly string[]; repeatable?: boolean }): string {
  const choices = flag.choices === undefined ? '' : `: ${flag.choices.join(', ')}`;
  return `${flag.meaning}${choices}${flag.repeatable === true ? '; may be repeated' : ''}`;
}

/** Rows whose right sides stand in one column. */
export function table(rows: readonly Row[]): string[] {
  const width = Math.min(60, Math.max(0, ...rows.map(([left]) => left.length)));
  return rows.map(([left, right]) =>
    left.length > width ? `  ${left}\n  ${' '.repeat(width)}  ${right}` : `  ${left.padEnd(width)}  ${right}`,
  );
}

function sections(parts: string[][]): string {
  const filled = parts.filter((lines, index) => index === 0 || lines.length > 1 || lines[0]?.endsWith('.'));
  return `${filled.map(lines => lines.join('\n')).join('\n\n')}\n`;
}
