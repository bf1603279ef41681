/** Every command that Troupe proposes can be typed: hints in the code, of every error, and of every state that waits. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { explainRejection, type PlanSnapshot } from '../machines/index.ts';
import { describeFailure } from '../machines/plan/failure.ts';
import { parseCommandLine } from '../src/cli/program.ts';
import type { CommandHint, Hint } from '../src/model/command-hint.ts';
import type { PlanCommand } from '../src/model/effects.ts';
import { errorCodes } from '../src/model/errors.ts';
import { formatHint } from '../src/presentation/hints.ts';
import { nextCommands } from '../src/presentation/next-commands.ts';
import { recordFromSnapshot } from '../src/runtime/records/plan-record.ts';
import { createTerminal } from './cli/test-terminal.ts';
import { expandChoices, splitCommand } from './documented-commands.ts';
import { testId } from './fixtures.ts';
import { explore } from './model-check/explore.ts';
import { everyCommand, usualCommands } from './model-check/plan/inputs.ts';
import { plan } from './model-check/plan/mutations.ts';
import { planWorld } from './model-check/plan/world.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const id = testId('H');

/** Why the command line rejects a command of ours; nothing when it accepts it. */
function refused(command: string): string[] {
  // The program answers it before it looks for a command.
  if (!command.startsWith('troupe') || command === 'troupe --version') return [];
  const known = answers.get(command) ?? parse(command);
  answers.set(command, known);
  return known;
}

/** Thousands of hints are some hundred different commands. */
const answers = new Map<string, string[]>();

function parse(command: string): string[] {
  return expandChoices(command).flatMap(choice => {
    const found = parseCommandLine(splitCommand(choice).slice(1), createTerminal());
    return found.kind === 'refused' ? [`${choice}: ${found.error.message}`] : [];
  });
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => join(root, folder, name));
}

/** Commands that are literal strings in the code, with an id for each inserted value. */
function written(file: string): string[] {
  const texts = readFileSync(file, 'utf8').matchAll(/(?<!withOperand\(\s*)(['`])(troupe [a-z-](?:(?!\1).)+)\1/g);
  return [...texts].map(([, , text = '']) => text.replace(/(?<= )\$\{[^}]*\}/g, id).replace(/\$\{[^}]*\}/g, ''));
}

/** Why the command line rejects the command of a hint; nothing when it accepts it. */
const refusedHint = (hint: Hint): string[] => formatHint(hint).split(' && ').flatMap(refused);

/** Hints that the code of a file makes, each value that is only known at run time replaced by a sample. */
function made(file: string): CommandHint[] {
  const text = readFileSync(file, 'utf8');
  if (!text.includes('commandHint(')) return [];
  const hints: CommandHint[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'commandHint') {
      const [command, details] = node.arguments;
      if (command !== undefined && ts.isStringLiteral(command)) {
        const known = details === undefined ? {} : (sampleOf(details) as Omit<CommandHint, 'command'>);
        hints.push({ ...known, command: command.text });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return hints;
}

/** A value as it is written in the code. */
function sampleOf(node: ts.Expression): unknown {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.NullKeyword) return null;
  if (ts.isArrayLiteralExpression(node)) return node.elements.map(sampleOf);
  if (!ts.isObjectLiteralExpression(node)) return id;
  const entries = node.properties.flatMap(property => {
    const name = property.name?.getText() ?? '';
    if (ts.isPropertyAssignment(property)) {
      const value = name === 'options' && !ts.isObjectLiteralExpression(property.initializer) ? {} : undefined;
      return [[name, value ?? sampleOf(property.initializer)]];
    }
    if (!ts.isShorthandPropertyAssignment(property)) return [];
    return [[name, samples[name] ?? id]];
  });
  return Object.fromEntries(entries);
}

/** Of what is named after its option or field and is no free text. */
const samples: Readonly<Record<string, unknown>> = { take: 'ours', hunk: 1, options: {} };

describe('A command that a hint names is understood', () => {
  const files = ['actors', 'machines', 'src'].flatMap(sources);
  const hints = files.flatMap(made);
  const lines = files.flatMap(written);

  test('anywhere in the code [R3]', () => {
    expect([hints.length > 200, lines.length > 100]).toEqual([true, true]);
    expect([...new Set([...hints.flatMap(refusedHint), ...lines.flatMap(refused)])]).toEqual([]);
  });

  test('and has no placeholder that a user would have to fill in [R195]', () => {
    const open = /\b(?:FILE|NAME|TEXT|PATH|DIR|FOLDER|ANOTHER|SUBPLAN|BRANCH|VALUE|COMMIT|PLAN|ID)\b|[a-z]\|[a-z]/;
    // These two get a name of their own once it is known which plan it is about.
    const named = (line: string) => line.replace(/--branch NAME|--patch FILE/, '');
    expect([...hints.map(formatHint).map(named), ...lines].filter(line => open.test(line))).toEqual([]);
  });

  test('and an invalid one is found', () => {
    expect(refused('troupe plan lgos')).toHaveLength(1);
    expect(refused('troupe plan prompt one two')).toHaveLength(1);
    expect(refused('troupe plan resolve a --take ours|thiers')).toHaveLength(1);
    expect(refused('troupe plan prompt "one two" --plan X  # then wait')).toEqual([]);
    expect(refusedHint({ command: 'plan apply', options: { brunch: 'a' }, before: 'git stash' })).toHaveLength(1);
  });

  test('for each error that is raised without hints [R3]', () => {
    expect(Object.values(errorCodes).flatMap(({ hint }) => refusedHint(hint))).toEqual([]);
  });
});

describe('In every state in which a plan waits', () => {
  const resting = new Map<string, PlanSnapshot>();
  for (const world of [
    planWorld({ commands: usualCommands }),
    planWorld({ spec: { depth: 1 }, commands: usualCommands }),
  ]) {
    explore(plan, world, ({ to }) => {
      if (!to.hasTag('resting')) return false;
      const { position, spec, reversionCount } = to.context;
      const { availableCommands } = recordFromSnapshot(to, '');
      const key = JSON.stringify([
        position,
        spec.depth,
        availableCommands,
        reversionCount === 3,
        to.context.conflicts.length > 0,
      ]);
      if (!resting.has(key)) resting.set(key, to);
      return false;
    });
  }
  const states = [...resting.values()];

  test('a command is available, and each hint is valid [R93]', () => {
    expect(states.length).toBeGreaterThan(10);
    for (const state of states) {
      const record = recordFromSnapshot(state, '');
      const typed = nextCommands(record);
      expect(record.availableCommands.filter(way => way !== 'prompt' && way !== 'pause')).not.toEqual([]);
      expect(typed.flatMap(refused)).toEqual([]);
      expect(typed).not.toEqual([]);
    }
  });

  test('a rejected command has valid hints without duplicates', () => {
    const refusals = states.flatMap(state =>
      everyCommand.map(command => explainRejection(state, command as PlanCommand)),
    );
    const rejections = refusals.filter(found => found !== null);
    expect(rejections.length).toBeGreaterThan(20);
    for (const { hints } of rejections) {
      expect(hints.flatMap(refusedHint)).toEqual([]);
      const lines = hints.map(formatHint);
      expect(lines).toEqual([...new Set(lines)]);
    }
  });

  test('the hints of a failure contain an available command, and no unavailable one [R93]', () => {
    const failed = states.filter(({ context }) => context.error !== null);
    expect(failed.length).toBeGreaterThan(3);
    for (const state of failed) {
      const { hints } = describeFailure(state.context, state.context.position).error;
      const { availableCommands } = recordFromSnapshot(state, '');
      expect(hints.flatMap(refusedHint)).toEqual([]);
      const lines = hints.map(formatHint);
      expect(lines).toEqual([...new Set(lines)]);
      const sent = lines.flatMap(hint => /^troupe plan (execute|apply|revert|resume) /.exec(hint)?.[1] ?? []);
      expect({
        place: state.context.position,
        sent: sent.filter(way => !availableCommands.includes(way as never)),
      }).toEqual({
        place: state.context.position,
        sent: [],
      });
    }
  });
});
