/**
 * Secret arguments of an action. Their values are never stored: programs of a plan find them in their environment,
 * and the plan knows only their names.
 */

import type { Action } from './action.ts';
import { commandHint } from './command-hint.ts';
import { TroupeError } from './errors.ts';
import { interpolate } from './interpolate.ts';

/** Returns the variable that holds a secret argument: `TROUPE_SECRET_API_KEY` for `apiKey`. */
export const secretVariable = (argument: string): string =>
  `TROUPE_SECRET_${argument.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()}`;

/** Returns the names of the secret arguments. */
export function secretArguments(action: Pick<Action, 'arguments'>): string[] {
  return Object.entries(action.arguments).flatMap(([name, { secret }]) => (secret ? [name] : []));
}

/**
 * A secret argument has no default, and its `{{name}}` may appear only in values of `executionEnvironment` and
 * `setup.env`, because everything else is stored.
 * @throws {TroupeError} INVALID_ACTION
 */
export function assertNoStoredSecrets(action: Action, where: string): void {
  const names = secretArguments(action);
  const fail = (message: string) => {
    throw new TroupeError('INVALID_ACTION', message, { where, hints: [commandHint('help action')] });
  };
  const variables = names.map(secretVariable);
  const double = names.find((name, at) => variables.indexOf(secretVariable(name)) !== at);
  if (double !== undefined)
    fail(`arguments.${double}: another secret argument has the variable ${secretVariable(double)} too`);
  for (const name of names) {
    if (action.arguments[name]?.default !== undefined) {
      fail(`arguments.${name}: a secret has no default, for the action is stored; leave out one of the two keys`);
    }
    for (const [key, value] of Object.entries(withoutVariables(action))) {
      if (mentions(JSON.stringify(value) ?? '', name)) {
        fail(
          `${key}: {{${name}}} is a secret, and this text is stored; programs find the value as ${secretVariable(name)}`,
        );
      }
    }
  }
}

function withoutVariables({ executionEnvironment: _, setup, ...rest }: Action): Record<string, unknown> {
  return setup === undefined ? rest : { ...rest, setup: { ...setup, env: {} } };
}

const mentions = (text: string, name: string): boolean => interpolate(text, { [name]: '' }) !== text;

/** Returns the variables that contain a secret, with their values. */
export function variablesWithSecrets(
  variables: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  const interpolated = Object.entries(variables).map(([name, value]) => [name, interpolate(value, values)] as const);
  return Object.fromEntries(interpolated.filter(([name, value]) => value !== variables[name]));
}
