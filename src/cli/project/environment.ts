import { commandHint, TroupeError } from '../../index.ts';
import type { CommandContext } from '../command.ts';

/** Variables that programs need to work at all; everything else is passed on by name (`--env`). */
const inheritedVariables = [
  'PATH',
  'HOME',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TMPDIR',
  'TZ',
  'USER',
  'LOGNAME',
  'SHELL',
  'TERM',
];

/** Those of them that are set. */
export function inheritedEnvironment(env: CommandContext['io']['env']): Record<string, string> {
  return Object.fromEntries(
    inheritedVariables.flatMap(name => {
      const value = env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

type EnvironmentContext = Pick<CommandContext, 'io' | 'args'>;

/** Returns the variables of `--env`. @throws {TroupeError} USAGE when the shell has no such variable */
export function environmentFlags({ io, args }: EnvironmentContext): [name: string, value: string][] {
  return args.list('env').map(wanted => {
    const [name = '', ...rest] = wanted.split('=');
    const value = rest.length > 0 ? rest.join('=') : io.env[name];
    if (name === '' || value === undefined) {
      throw new TroupeError(
        'USAGE',
        `There is no environment variable ${name || '""'} to pass on; set it, or give it a value with --env NAME=VALUE`,
        { where: `--env ${wanted}`, hints: [commandHint('help run')] },
      );
    }
    return [name, value];
  });
}

const secretName = /pass|pwd|secret|token|key|cred|auth|dsn|cookie|session|private/i;
/** `production`, `true`: words that also occur in ordinary text. */
const oneWord = /^[a-z]{1,20}$/i;

/**
 * Returns the values of `--env` to redact: all but single words under a name that does not suggest a secret, which
 * would be redacted in ordinary sentences too.
 */
export function secretValues(typed: EnvironmentContext): Record<string, string> {
  return Object.fromEntries(
    environmentFlags(typed).filter(([name, value]) => secretName.test(name) || !oneWord.test(value)),
  );
}

/** Returns the values to redact of variables that reach agents without being named: those whose name suggests a secret. */
export function secretsAmong(variables: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => secretName.test(name)));
}

/** Returns a word without the password of an address in it. */
const withoutPassword = (word: string) => word.replace(/(\b[a-z][a-z\d+.-]*:\/\/[^/@\s:]*:)[^/@\s]+@/gi, '$1…@');

/** Returns a command line without the values of `--env` and `--arg`, and without passwords in addresses. */
export function commandLineWithoutSecrets(words: readonly string[]): string {
  const valued = /^--(?:env|arg)$/;
  const shown = words.map((word, at) => {
    const url = withoutPassword(word);
    if (url !== word) return url;
    const inOne = /^(--(?:env|arg)=[^=]*=)/.exec(word)?.[1];
    if (inOne !== undefined) return `${inOne}…`;
    return valued.test(words[at - 1] ?? '') ? word.replace(/=.*$/s, '=…') : word;
  });
  return ['troupe', ...shown].join(' ');
}
