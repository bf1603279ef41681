import { describe, expect, test } from 'vitest';
import { commandDefinitions } from '../../src/cli/commands/index.ts';
import { type ParsedCommandLine, parseCommandLine, requestedFormat } from '../../src/cli/program.ts';
import { splitCommand } from '../documented-commands.ts';
import { hintLine } from '../hint-line.ts';
import { createTerminal } from './test-terminal.ts';

const typed = (line: string) => (line === '' ? [] : line.split(' '));
const parsed = (line: string, tty = false) => parseCommandLine(typed(line), createTerminal({ tty }));

function verbOf(line: string): Extract<ParsedCommandLine, { kind: 'verb' }> {
  const found = parsed(line);
  if (found.kind !== 'verb') throw new Error(`not a command: ${JSON.stringify(found)}`);
  return found;
}

function refusalOf(line: string) {
  const found = parsed(line);
  if (found.kind !== 'refused') throw new Error(`not refused: ${line}`);
  return found.error;
}

describe('the command line', () => {
  test('is parsed into a verb and its arguments', () => {
    const { verb, given } = verbOf('plan diff src lib --stat --plan 7Q3K');
    expect(verb.path).toBe('plan diff');
    expect(given.list('paths')).toEqual(['src', 'lib']);
    expect(given.has('stat')).toBe(true);
    expect(given.has('name-only')).toBe(false);
    expect(given.text('plan')).toBe('7Q3K');
    expect(given.text('paths')).toBeUndefined();
  });

  test('takes a plan as an argument or by a flag; the argument wins', () => {
    expect(verbOf('plan status ABC').given.text('plan')).toBe('ABC');
    expect(verbOf('plan status --plan ABC').given.text('plan')).toBe('ABC');
    expect(verbOf('plan status ABC --plan DEF').given.text('plan')).toBe('ABC');
    expect(verbOf('plan status').given.text('plan')).toBeUndefined();
  });

  test('accepts repeatable flags several times', () => {
    expect(verbOf('run -f a.yaml --arg a=1 --arg b=2').given.list('arg')).toEqual(['a=1', 'b=2']);
    expect(verbOf('run -f a.yaml').given.list('arg')).toEqual([]);
  });

  test.each([
    [['plan', 'cancel', '', '--yes'], 'The argument plan is empty; is a variable not set?'],
    [['plan', 'cancel', '--plan', ''], 'What --plan was given is empty; is a variable not set?'],
    [['plan', 'diff', 'src', ' '], 'The argument paths is empty; is a variable not set?'],
    [['run', '-f', 'a.yaml', '--arg='], 'What --arg was given is empty; is a variable not set?'],
    [['plan', 'list', '-C', ''], 'What -C was given is empty; is a variable not set?'],
  ])('rejects an empty argument, which would match any plan or this folder: %j', (argv, message) => {
    const found = parseCommandLine(argv, createTerminal({ tty: false }));
    expect(found).toMatchObject({ kind: 'refused', error: { code: 'USAGE', message } });
  });

  test('accepts global flags before and after the command', () => {
    for (const line of ['-C sub --json -q -v --no-input -y plan list', 'plan list -C sub --json -q -v --no-input -y']) {
      expect(verbOf(line).globals).toEqual({
        directory: 'sub',
        format: 'json',
        quiet: true,
        verbose: true,
        input: false,
        yes: true,
        store: undefined,
        lockMs: 5000,
      });
    }
    expect(verbOf('plan list').globals).toMatchObject({ directory: '.', format: 'plain', input: true, yes: false });
    expect(verbOf('plan list --format yaml --color never --store s')).toMatchObject({
      color: 'never',
      globals: { format: 'yaml', store: 's' },
    });
  });

  test('finds the requested format even in an invalid line', () => {
    expect(requestedFormat(typed('nonsense --json'), createTerminal())).toBe('json');
    expect(requestedFormat(typed('nonsense --format jsonl'), createTerminal())).toBe('jsonl');
    expect(requestedFormat(typed('nonsense --format=yaml'), createTerminal())).toBe('yaml');
    expect(requestedFormat(typed('run -- --json'), createTerminal())).toBe('plain');
    expect(requestedFormat(typed('nonsense --format odd'), createTerminal({ tty: true }))).toBe('rich');
  });

  test('suggests a similar command or flag', () => {
    expect(refusalOf('plan aply')).toMatchObject({
      code: 'USAGE',
      message: "Unknown command 'aply'",
      hints: [hintLine('troupe plan apply'), hintLine('troupe help plan')],
    });
    expect(refusalOf('plan diff --stta').hints).toEqual([
      hintLine('troupe plan diff --stat'),
      hintLine('troupe help plan diff'),
    ]);
    expect(refusalOf('apply 7Q3K').hints).toEqual([hintLine('troupe plan apply'), hintLine('troupe help')]);
    expect(refusalOf('show').hints).toEqual([
      hintLine('troupe plan checkpoint show'),
      hintLine('troupe action show'),
      hintLine('troupe help'),
    ]);
    expect(refusalOf('zzzzzz').hints).toEqual([hintLine('troupe help')]);
    expect(refusalOf('plan resolve a --take mine').message).toContain('ours, theirs, base');
    expect(refusalOf('action show').message).toContain("Missing required argument 'name'");
    expect(refusalOf('action list extra').message).toContain('Too many arguments');
  });

  test('prints help on request, or when it is empty', () => {
    expect(parsed('')).toMatchObject({ kind: 'help', text: expect.stringContaining('Troupe runs plans') });
    expect(parsed('plan')).toMatchObject({ kind: 'help', text: expect.stringContaining('Work on plans.') });
    expect(parsed('action --help')).toMatchObject({ kind: 'help', text: expect.stringContaining('Work on actions') });
  });

  test('has help for every command, examples before flags', () => {
    for (const verb of commandDefinitions) {
      const help = parsed(`${verb.path} --help`);
      if (help.kind !== 'help') throw new Error(`no help for ${verb.path}`);
      expect(help.text.startsWith(`${verb.summary}.\n\nExamples\n`)).toBe(true);
      expect(help.text).toContain(`Usage\n  troupe ${verb.path}`);
      for (const [example] of verb.examples) expect(help.text).toContain(example);
      for (const flag of verb.flags ?? []) expect(help.text).toContain(flag.flags);
      expect(help.text.indexOf('Examples')).toBeLessThan(help.text.indexOf('Global flags'));
    }
  });

  test('accepts its own examples', () => {
    for (const { path, examples } of commandDefinitions) {
      for (const [example] of examples) {
        const words = splitCommand(example);
        expect(words.shift()).toBe('troupe');
        expect(parseCommandLine(words, createTerminal()), example).toMatchObject({ kind: 'verb', verb: { path } });
      }
    }
  });
});
