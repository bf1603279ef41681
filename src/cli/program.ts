import { Command, CommanderError, Option } from 'commander';
import type { StoredFault } from '../index.ts';
import { helpOfGroup, helpOfVerb } from './help.ts';
import type { Io } from './io.ts';
import type { ColorChoice } from './paint.ts';
import { usage } from './usage.ts';
import type { Flag, Format, Given, Globals, Verb } from './verb.ts';
import { groups, verbs } from './verbs.ts';

export type Parsed =
  | { kind: 'verb'; verb: Verb; given: Given; globals: Globals; color: ColorChoice }
  | { kind: 'help'; text: string }
  | { kind: 'refused'; fault: StoredFault };

const formats: readonly Format[] = ['rich', 'plain', 'json', 'jsonl', 'yaml'];

/** What was typed, understood; nothing is run here. */
export function parse(argv: readonly string[], io: Io): Parsed {
  let parsed: Parsed | null = null;
  const shown: string[] = [];
  const root = command('troupe', () => helpOfGroup(), shown);
  addGlobals(root);
  const parents = new Map([['', root]]);
  for (const { name } of groups) {
    const group = command(lastWord(name), () => helpOfGroup(name), shown);
    parents.get(wordsBefore(name))?.addCommand(group);
    parents.set(name, group);
  }
  for (const verb of verbs) {
    const own = command(lastWord(verb.path), () => helpOfVerb(verb), shown);
    for (const [name, meaning] of verb.arguments ?? []) own.argument(name, meaning);
    for (const flag of verb.flags ?? []) own.addOption(optionOf(flag));
    own.action((...values: unknown[]) => {
      const empty = emptyIn(root, own, values);
      if (empty !== null) throw new CommanderError(2, 'troupe.empty', `${empty} is empty; is a variable not set?`);
      parsed = { kind: 'verb', verb, given: givenOf(own, values), ...globalsOf(root, io) };
    });
    parents.get(wordsBefore(verb.path))?.addCommand(own);
  }
  try {
    root.parse(argv, { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.code === 'commander.helpDisplayed' || thrown.code === 'commander.help') {
      return { kind: 'help', text: shown.join('') };
    }
    return { kind: 'refused', fault: refusal(thrown.message, argv) };
  }
  return parsed ?? { kind: 'help', text: helpOfGroup() };
}

const lastWord = (path: string) => path.split(' ').at(-1) ?? '';
const wordsBefore = (path: string) => path.split(' ').slice(0, -1).join(' ');

/** The format that was asked for, as far as it can be told even from a command line that makes no sense. */
export function formatOf(argv: readonly string[], io: Io): Format {
  for (const [index, word] of argv.entries()) {
    if (word === '--') break;
    if (word === '--json') return 'json';
    const value = word === '--format' ? argv[index + 1] : /^--format=(.*)$/.exec(word)?.[1];
    const format = formats.find(known => known === value);
    if (format !== undefined) return format;
  }
  return io.stdout.isTTY === true ? 'rich' : 'plain';
}

function command(name: string, help: () => string, shown: string[]): Command {
  const made = new Command(name)
    .exitOverride()
    .helpCommand(false)
    .helpOption('-h, --help', 'show help')
    .showSuggestionAfterError(true)
    // Help for those who said nothing is written as an error; what is an error is thrown as well.
    .configureOutput({ writeOut: text => shown.push(text), writeErr: text => shown.push(text) });
  made.helpInformation = help;
  return made;
}

function addGlobals(root: Command): void {
  root
    .option('-C <dir>')
    .addOption(new Option('--format <format>').choices(formats))
    .option('--json')
    .option('-q, --quiet')
    .option('-v, --verbose')
    .addOption(new Option('--color <when>').choices(['auto', 'always', 'never']))
    .option('--no-input')
    .option('-y, --yes')
    .option('--store <dir>')
    .option('--lock-timeout <seconds>');
}

function globalsOf(root: Command, io: Io): { globals: Globals; color: ColorChoice } {
  const typed = root.opts<{
    C?: string;
    format?: Format;
    json?: boolean;
    quiet?: boolean;
    verbose?: boolean;
    color?: ColorChoice;
    input: boolean;
    yes?: boolean;
    store?: string;
    lockTimeout?: string;
  }>();
  const fallback: Format = io.stdout.isTTY === true ? 'rich' : 'plain';
  return {
    color: typed.color ?? 'auto',
    globals: {
      directory: typed.C ?? '.',
      format: typed.json === true ? 'json' : (typed.format ?? fallback),
      quiet: typed.quiet === true,
      verbose: typed.verbose === true,
      input: typed.input,
      yes: typed.yes === true,
      store: typed.store,
      lockMs: 1000 * Number(typed.lockTimeout ?? 5),
    },
  };
}

function optionOf(flag: Flag): Option {
  const option = new Option(flag.flags, flag.meaning);
  if (flag.choices !== undefined) option.choices(flag.choices);
  if (flag.repeatable === true) {
    option.argParser<string[]>((value, before) => [...(before ?? []), value]);
  }
  return option;
}

/** Arguments by their names, flags by theirs; an argument that was given stands before a flag of the same name. */
function givenOf(own: Command, values: unknown[]): Given {
  const typed: Record<string, unknown> = { ...own.opts() };
  for (const [index, argument] of own.registeredArguments.entries()) {
    if (values[index] !== undefined) typed[argument.name()] = values[index];
  }
  const value = (name: string) => typed[name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];
  return {
    text: name => {
      const found = value(name);
      return typeof found === 'string' ? found : undefined;
    },
    has: name => value(name) === true,
    list: name => {
      const found = value(name);
      return Array.isArray(found) ? found.map(String) : [];
    },
  };
}

/** What was given as an empty word: never what anybody means, and it would match everything. */
function emptyIn(root: Command, own: Command, values: readonly unknown[]): string | null {
  const isEmpty = (value: unknown) => [value].flat().some(word => typeof word === 'string' && word.trim() === '');
  const argument = own.registeredArguments.find((_, index) => isEmpty(values[index]));
  if (argument !== undefined) return `The argument ${argument.name()}`;
  const options = own.optsWithGlobals<Record<string, unknown>>();
  const option = [...root.options, ...own.options].find(each => isEmpty(options[each.attributeName()]));
  return option === undefined ? null : `What ${option.long ?? option.short} was given`;
}

/** Commander's complaint as a fault: what it says, and its suggestion as the next thing to type. */
function refusal(complaint: string, argv: readonly string[]): StoredFault {
  const [first = complaint, ...rest] = complaint.replace(/^error: /, '').split('\n');
  const suggestion = /\(Did you mean (?:one of )?([^,?]+)/.exec(rest.join(' '))?.[1];
  const words = argv.filter(word => !word.startsWith('-'));
  const verb = verbs.find(({ path }) => path === words.slice(0, path.split(' ').length).join(' '));
  const place = verb?.path ?? groups.findLast(({ name }) => words.join(' ').startsWith(name))?.name;
  const before = place === undefined ? '' : ` ${place}`;
  // "troupe apply": a command of a group, typed without the group.
  const elsewhere = place === undefined ? verbs.filter(({ path }) => lastWord(path) === words[0]) : [];
  return usage(`${first.charAt(0).toUpperCase()}${first.slice(1)}`, [
    ...elsewhere.map(({ path }) => `troupe ${path}`).slice(0, 2),
    ...(suggestion === undefined || elsewhere.length > 0 ? [] : [`troupe${before} ${suggestion}`]),
    `troupe help${before}`,
  ]);
}
