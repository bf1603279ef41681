import { TroupeError } from '../../index.ts';
import type { CommandContext } from '../command.ts';

type EnvironmentContext = Pick<CommandContext, 'io' | 'args'>;

/** The variables of `--env`. @throws {TroupeError} USAGE where the shell has none of that name */
export function passedVariables({ io, args }: EnvironmentContext): [name: string, value: string][] {
  return args.list('env').map(wanted => {
    const [name = '', ...rest] = wanted.split('=');
    const value = rest.length > 0 ? rest.join('=') : io.env[name];
    if (name === '' || value === undefined) {
      throw new TroupeError(
        'USAGE',
        `There is no environment variable ${name || '""'} to pass on; set it, or give it a value with --env NAME=VALUE`,
        { where: `--env ${wanted}`, hints: ['troupe help run'] },
      );
    }
    return [name, value];
  });
}

const secretName = /pass|pwd|secret|token|key|cred|auth|dsn|cookie|session|private/i;
/** `production`, `true`: a word of a text as well as a value. */
const oneWord = /^[a-z]{1,20}$/i;

/**
 * The values of `--env` that are replaced wherever something is written or shown: all but a single word of letters under a name
 * that does not sound like a secret, which would be replaced in ordinary sentences too.
 */
export function secretValues(typed: EnvironmentContext): Record<string, string> {
  return Object.fromEntries(
    passedVariables(typed).filter(([name, value]) => secretName.test(name) || !oneWord.test(value)),
  );
}

/** A command as others may read it: values of `--env` and `--arg` are left out. */
export function commandLineWithoutSecrets(words: readonly string[]): string {
  const valued = /^--(?:env|arg)$/;
  const shown = words.map((word, at) => {
    const inOne = /^(--(?:env|arg)=[^=]*=)/.exec(word)?.[1];
    if (inOne !== undefined) return `${inOne}…`;
    return valued.test(words[at - 1] ?? '') ? word.replace(/=.*$/s, '=…') : word;
  });
  return ['troupe', ...shown].join(' ');
}
