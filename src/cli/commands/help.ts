import * as z from 'zod';
import { type ActionKey, actionKeys, Fault, faultTable } from '../../index.ts';
import { Envelope } from '../envelope.ts';
import { helpOfGroup, helpOfVerb, table } from '../help.ts';
import { dataSchemas } from '../schemas.ts';
import type { Outcome, Run } from '../verb.ts';
import { groups, verbs } from '../verbs.ts';

/** What each exit code means; the codes themselves come from the table of faults. */
export const meanings: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'failed',
  2: 'the command, a file or the project is not as it must be; or, with --detailed-exitcode, there are changes',
  3: 'a check or an invariant failed',
  4: 'an agent cannot work: not found, or not signed in',
  5: 'conflicts wait to be resolved',
  6: 'a yes was needed and there was nobody to ask; --yes gives it',
  7: 'a budget is used up',
  8: 'something took too long, or went silent',
  9: 'the base moved since the plan was made, or another branch is checked out',
  10: 'another process has the store, or another command has the plan',
  11: 'rate limited, for longer than is waited for',
  130: 'interrupted (Ctrl-C), or cancelled',
  143: 'terminated (SIGTERM)',
};

export const run: Run = async ({ given }) => {
  const words = given.list('words');
  const name = words.join(' ');
  if (name === 'exit-codes') return exitCodes();
  if (words[0] === 'schema') return schema(words.slice(1).join(' '));
  if (name === 'action') return { data: { topic: name }, text: `${helpOfGroup('action')}\n${actionReference()}` };
  const verb = verbs.find(({ path }) => path === name);
  if (verb !== undefined) return { data: { topic: name }, text: helpOfVerb(verb) };
  if (name === '' || groups.some(group => group.name === name)) {
    return { data: { topic: name }, text: helpOfGroup(name === '' ? undefined : name) };
  }
  throw new Fault('USAGE', `There is no help for "${name}"`, { hints: ['troupe help'] });
};

function exitCodes(): Outcome {
  const faults = (code: number) =>
    Object.entries(faultTable)
      .filter(([, { exitCode }]) => exitCode === code)
      .map(([name]) => name);
  const codes = Object.entries(meanings).map(([code, meaning]) => ({
    code: Number(code),
    meaning,
    faults: faults(Number(code)),
  }));
  const rows = codes.map(({ code, meaning }) => [String(code), meaning] as const);
  return { data: { codes }, text: `Exit codes\n${table(rows).join('\n')}` };
}

const sectionTitles: Readonly<Record<string, string>> = {
  action: 'Keys of an action file',
  agent: 'Keys of an agent described in place (a name alone is an agent that the host registered)',
  step: 'Keys of a step of a `steps` agent: one of them, and `if`',
};

/** Every key with its type, default, meaning and an example. */
function actionReference(): string {
  const base: ActionKey = {
    key: 'extends',
    type: 'string',
    required: false,
    default: null,
    description: 'A file or a stored action that provides the keys this one leaves out.',
    kind: null,
    example: '"./base.yaml"',
  };
  const sections = actionKeys().map(({ name, keys }) => {
    const all = name === 'action' ? [base, ...keys] : keys;
    return `${sectionTitles[name] ?? name}\n\n${all.map(keyLines).join('\n')}`;
  });
  return `${sections.join('\n\n')}\n`;
}

function keyLines({ key, type, required, default: standard, description, kind, example }: ActionKey): string {
  const presence = required ? 'required' : standard === null ? 'optional' : `default ${standard}`;
  const only = kind === null ? '' : `With kind ${kind}: `;
  const lines = [`  ${key}  (${type}; ${presence})`, `      ${only}${description}`];
  return [...lines, ...(example === null ? [] : [`      Example: ${example}`])].join('\n');
}

/** JSON schemas of the envelope and of one command's data, for those who read `--json` in other languages. */
function schema(command: string): Outcome {
  const data = dataSchemas[command];
  if (command !== '' && data === undefined) {
    throw new Fault('USAGE', `There is no command "${command}"`, {
      hints: ['troupe help', 'troupe help schema plan status'],
    });
  }
  const schemas = {
    envelope: z.toJSONSchema(Envelope),
    ...(data === undefined ? {} : { data: z.toJSONSchema(data) }),
  };
  return { data: schemas, text: JSON.stringify(schemas, null, 2) };
}
