import { Command, CommanderError, Option } from 'commander';
import type { Hint, SerializedError } from '../index.ts';
import type { ColorChoice } from '../presentation/colors.ts';
import type { CommandDefinition, FlagDefinition, GlobalOptions, OutputFormat, ParsedArgs } from './command.ts';
import { commandDefinitions, commandGroups } from './commands/index.ts';
import { commandHelp, groupHelp } from './help.ts';
import type { Io } from './io.ts';

export type ParsedCommandLine =
  | { kind: 'verb'; verb: CommandDefinition; given: ParsedArgs; globals: GlobalOptions; color: ColorChoice }
  | { kind: 'help'; text: string }
  | { kind: 'refused'; error: SerializedError };

const formats: readonly OutputFormat[] = ['rich', 'plain', 'json', 'jsonl', 'yaml'];

/**
 * Parses the command line without running anything. Building the parsers of all commands takes much longer than parsing,
 * so it first builds only those whose words are all among `argv`. A wrong command line needs the others for its suggestions.
 */
export function parseCommandLine(argv: readonly string[], io: Io): ParsedCommandLine {
  const isTyped = (path: string) => path.split(' ').every(word => argv.includes(word));
  const found = parseWith({ isOffered: isTyped, argv, io });
  if (found !== null && found.kind !== 'refused') return found;
  return parseWith({ isOffered: () => true, argv, io }) ?? { kind: 'help', text: groupHelp() };
}

interface ParseOptions {
  /** Whether the parser knows this command or group. */
  isOffered: (path: string) => boolean;
  argv: readonly string[];
  io: Io;
}

/** Returns null when no command was typed, as far as this parser knows. */
function parseWith({ isOffered, argv, io }: ParseOptions): ParsedCommandLine | null {
  let parsed: ParsedCommandLine | null = null;
  const shown: string[] = [];
  const root = createCommand('troupe', () => groupHelp(), shown);
  addGlobals(root);
  const parents = new Map([['', root]]);
  for (const { name } of commandGroups) {
    if (!isOffered(name)) continue;
    const group = createCommand(lastWord(name), () => groupHelp(name), shown);
    parents.get(parentPath(name))?.addCommand(group);
    parents.set(name, group);
  }
  for (const verb of commandDefinitions) {
    if (!isOffered(verb.path)) continue;
    const own = createCommand(lastWord(verb.path), () => commandHelp(verb), shown);
    for (const [name, meaning] of verb.arguments ?? []) own.argument(name, meaning);
    for (const flag of verb.flags ?? []) own.addOption(createOption(flag));
    own.action((...values: unknown[]) => {
      const empty = findEmptyValue(root, own, values);
      if (empty !== null) throw new CommanderError(2, 'troupe.empty', `${empty} is empty; is a variable not set?`);
      parsed = { kind: 'verb', verb, given: createParsedArgs(own, values), ...globalOptions(root, io) };
    });
    parents.get(parentPath(verb.path))?.addCommand(own);
    parents.set(verb.path, own);
  }
  try {
    root.parse(argv, { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.code === 'commander.helpDisplayed' || thrown.code === 'commander.help') {
      return { kind: 'help', text: shown.join('') };
    }
    return { kind: 'refused', error: usageErrorFrom(thrown.message, argv) };
  }
  return parsed;
}

const lastWord = (path: string) => path.split(' ').at(-1) ?? '';
const parentPath = (path: string) => path.split(' ').slice(0, -1).join(' ');

/** Returns the requested format, as far as it can be read even from an invalid command line. */
export function requestedFormat(argv: readonly string[], io: Io): OutputFormat {
  for (const [index, word] of argv.entries()) {
    if (word === '--') break;
    if (word === '--json') return 'json';
    const value = word === '--format' ? argv[index + 1] : /^--format=(.*)$/.exec(word)?.[1];
    const format = formats.find(known => known === value);
    if (format !== undefined) return format;
  }
  return io.stdout.isTTY === true ? 'rich' : 'plain';
}

function createCommand(name: string, help: () => string, shown: string[]): Command {
  const made = new Command(name)
    .exitOverride()
    .helpCommand(false)
    .helpOption('-h, --help', 'show help')
    .showSuggestionAfterError(true)
    // Commander writes the help for a missing command as an error; real errors are also thrown.
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
    .option('--store <place>')
    .option('--lock-timeout <seconds>');
}

function globalOptions(root: Command, io: Io): { globals: GlobalOptions; color: ColorChoice } {
  const typed = root.opts<{
    C?: string;
    format?: OutputFormat;
    json?: boolean;
    quiet?: boolean;
    verbose?: boolean;
    color?: ColorChoice;
    input: boolean;
    yes?: boolean;
    store?: string;
    lockTimeout?: string;
  }>();
  const fallback: OutputFormat = io.stdout.isTTY === true ? 'rich' : 'plain';
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

function createOption(flag: FlagDefinition): Option {
  const option = new Option(flag.flags, flag.meaning);
  if (flag.choices !== undefined) option.choices(flag.choices);
  if (flag.repeatable === true) {
    option.argParser<string[]>((value, before) => [...(before ?? []), value]);
  }
  return option;
}

/** Arguments and flags by name; an argument takes precedence over a flag of the same name. */
function createParsedArgs(own: Command, values: unknown[]): ParsedArgs {
  // Of `troupe worker list --queue URL`, the parser gives the flag to `worker`.
  const typed: Record<string, unknown> = { ...own.optsWithGlobals() };
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

/** Returns an argument given as an empty string: never intended, and it would match everything. */
function findEmptyValue(root: Command, own: Command, values: readonly unknown[]): string | null {
  const isEmpty = (value: unknown) => [value].flat().some(word => typeof word === 'string' && word.trim() === '');
  const argument = own.registeredArguments.find((_, index) => isEmpty(values[index]));
  if (argument !== undefined) return `The argument ${argument.name()}`;
  const options = own.optsWithGlobals<Record<string, unknown>>();
  const option = [...root.options, ...own.options].find(each => isEmpty(options[each.attributeName()]));
  return option === undefined ? null : `What ${option.long ?? option.short} was given`;
}

/** Converts commander's message to an error, with its suggestion as the hint. */
function usageErrorFrom(complaint: string, argv: readonly string[]): SerializedError {
  const [first = complaint, ...rest] = complaint.replace(/^error: /, '').split('\n');
  const suggestion = /\(Did you mean (?:one of )?([^,?]+)/.exec(rest.join(' '))?.[1];
  const words = argv.filter(word => !word.startsWith('-'));
  const verb = commandDefinitions.find(({ path }) => path === words.slice(0, path.split(' ').length).join(' '));
  const place = verb?.path ?? commandGroups.findLast(({ name }) => words.join(' ').startsWith(name))?.name;
  // For example "troupe apply": a subcommand without its group.
  const elsewhere = place === undefined ? commandDefinitions.filter(({ path }) => lastWord(path) === words[0]) : [];
  return usageError(`${first.charAt(0).toUpperCase()}${first.slice(1)}`, [
    ...elsewhere.map(({ path }) => ({ command: path })).slice(0, 2),
    ...(suggestion === undefined || elsewhere.length > 0 ? [] : [suggestedHint(place ?? '', suggestion)]),
    { command: place === undefined ? 'help' : `help ${place}` },
  ]);
}

/** The command with the flag or the word that was probably meant. */
function suggestedHint(place: string, suggestion: string): Hint {
  const [, flag] = /^--(.+)$/.exec(suggestion) ?? [];
  return flag === undefined
    ? { command: `${place} ${suggestion}`.trim() }
    : { command: place, options: { [flag]: true } };
}

/** Returns the error for an invalid command line. */
function usageError(message: string, hints: Hint[]): SerializedError {
  return { code: 'USAGE', category: 'usage', message, hints, retriable: false };
}
