import * as z from 'zod';
import { type ActionKey, actionKeys, commandHint, errorCodes, TroupeError } from '../../index.ts';
import { formatTable } from '../../presentation/text-layout.ts';
import type { CommandOutcome, RunCommand } from '../command.ts';
import { commandHelp, groupHelp } from '../help.ts';
import { Envelope } from '../output/envelope.ts';
import { dataSchemas } from '../schemas/index.ts';
import { commandDefinitions, commandGroups } from './index.ts';

/** The meaning of each exit code; the codes come from the table of errors. */
export const exitCodeMeanings: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'failed',
  2: 'invalid command, file or project; or, with --detailed-exitcode, there are changes',
  3: 'a check or an invariant failed',
  4: 'an agent cannot work: not found, or not signed in',
  5: 'conflicts wait to be resolved',
  6: 'confirmation required, but input is not a terminal; use --yes',
  7: 'a budget is used up',
  8: 'a time limit was reached, or a program printed nothing for too long',
  9: 'the base moved since the plan was made, or another branch is checked out',
  10: 'the store is locked by another process, or the plan by another command',
  11: 'rate limited for longer than the maximum wait',
  130: 'interrupted (Ctrl-C), or cancelled',
  143: 'terminated (SIGTERM)',
};

export const run: RunCommand = async ({ args }) => {
  const words = args.list('words');
  const name = words.join(' ');
  if (name === 'exit-codes') return exitCodes();
  if (words[0] === 'schema') return schema(words.slice(1).join(' '));
  if (name === 'action') return { data: { topic: name }, text: `${groupHelp('action')}\n${actionReference()}` };
  const verb = commandDefinitions.find(({ path }) => path === name);
  if (verb !== undefined) return { data: { topic: name }, text: commandHelp(verb) };
  if (name === '' || commandGroups.some(group => group.name === name)) {
    return { data: { topic: name }, text: groupHelp(name === '' ? undefined : name) };
  }
  throw new TroupeError('USAGE', `There is no help for "${name}"`, { hints: [commandHint('help')] });
};

function exitCodes(): CommandOutcome {
  const errors = (code: number) =>
    Object.entries(errorCodes)
      .filter(([, { exitCode }]) => exitCode === code)
      .map(([name]) => name);
  const codes = Object.entries(exitCodeMeanings).map(([code, meaning]) => ({
    code: Number(code),
    meaning,
    errors: errors(Number(code)),
  }));
  const rows = codes.map(({ code, meaning }) => [String(code), meaning] as const);
  return { data: { codes }, text: `Exit codes\n${formatTable(rows).join('\n')}` };
}

const sectionTitles: Readonly<Record<string, string>> = {
  action: 'Keys of an action file',
  agent: 'Keys of an agent described in place (a name alone is an agent that the host registered)',
  step: 'Keys of a step of a `steps` agent: one of them, and `if`',
};

/** Lists every key with its type, default, meaning and an example. */
function actionReference(): string {
  const base: ActionKey = {
    key: 'extends',
    type: 'string',
    required: false,
    default: null,
    description: 'A file or a stored action that provides the keys this one leaves out.',
    kinds: [],
    example: '"./base.yaml"',
  };
  const sections = actionKeys().map(({ name, keys }) => {
    const all = name === 'action' ? [base, ...keys] : keys;
    return `${sectionTitles[name] ?? name}\n\n${all.map(keyLines).join('\n')}`;
  });
  return `${sections.join('\n\n')}\n`;
}

function keyLines({ key, type, required, default: standard, description, kinds, example }: ActionKey): string {
  const presence = required ? 'required' : standard === null ? 'optional' : `default ${standard}`;
  const only = kinds.length === 0 ? '' : `With kind ${kinds.join(' or ')}: `;
  const lines = [`  ${key}  (${type}; ${presence})`, `      ${only}${description}`];
  return [...lines, ...(example === null ? [] : [`      Example: ${example}`])].join('\n');
}

/** Returns JSON schemas of the envelope and of one command's data, for programs in other languages. */
function schema(command: string): CommandOutcome {
  const data = dataSchemas[command];
  if (command !== '' && data === undefined) {
    throw new TroupeError('USAGE', `There is no command "${command}"`, {
      hints: [commandHint('help'), commandHint('help schema plan status')],
    });
  }
  const schemas = {
    envelope: z.toJSONSchema(Envelope),
    ...(data === undefined ? {} : { data: z.toJSONSchema(data) }),
  };
  return { data: schemas, text: JSON.stringify(schemas, null, 2) };
}
