/** Error messages for schema violations, so that no message of the library reaches a user. */
import type * as z from 'zod';
import { closest, suggestionText } from './closest.ts';

type Issue = z.core.$ZodRawIssue;

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a map of keys',
  record: 'a map of keys',
  null: 'null',
  function: 'a function',
};

/** For the option `error` of `parse`. A message that a schema defines itself takes precedence. */
export const describeIssue: z.core.$ZodErrorMap = issue => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'is missing'
        : `must be ${typeName(issue.expected)}, not ${typeNameOf(issue.input)}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}`
        : `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return describeBound(issue, issue.inclusive === false ? 'more than' : 'at least', Number(issue.minimum));
    case 'too_big':
      return describeBound(issue, issue.inclusive === false ? 'less than' : 'at most', Number(issue.maximum));
    case 'invalid_format':
      return issue.format === 'regex' ? 'does not have the form that is asked for' : `is no ${issue.format}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'unrecognized_keys':
      return describeUnknownKeys(issue.keys, issue.inst);
    case 'invalid_key':
      return 'has a key that is not allowed';
    case 'invalid_union':
      return 'has none of the known forms';
    default:
      return 'is not understood';
  }
};

/** All violations in one line: `limits.files: must be a number, not text; goal: is missing`. `root` names the whole value. */
export function describeIssues({ issues }: Pick<z.ZodError, 'issues'>, root: string): string {
  return issues
    .map(({ path, message }) => (path.length === 0 ? `${root} ${message}` : `${path.join('.')}: ${message}`))
    .join('; ');
}

const typeName = (kind: string) => typeNames[kind] ?? kind;

/** The keys that the map may have are named: an agent gets the message and tries once more. */
function describeUnknownKeys(keys: readonly string[], schema: z.core.$ZodRawIssue['inst']): string {
  const found = `has ${keys.length === 1 ? 'the unknown key' : 'the unknown keys'} ${keys.map(key => `"${key}"`).join(', ')}`;
  const known = Object.keys((schema as Partial<z.core.$ZodObject> | undefined)?._zod?.def.shape ?? {});
  if (known.length === 0) return found;
  const meant = keys.length === 1 ? closest(keys[0] ?? '', known) : null;
  return `${found}; ${suggestionText(meant, known, 'known here:')}`;
}

function describeBound({ origin }: Issue & { origin?: string }, relation: string, limit: number): string {
  if (origin === 'string')
    return limit === 1 && relation === 'at least' ? 'may not be empty' : `must have ${relation} ${limit} characters`;
  if (origin === 'array' || origin === 'set')
    return `must have ${relation} ${limit} ${limit === 1 ? 'entry' : 'entries'}`;
  return `must be ${relation} ${limit}`;
}

function typeNameOf(value: unknown): string {
  if (value === null) return 'null';
  return typeName(Array.isArray(value) ? 'array' : typeof value);
}
