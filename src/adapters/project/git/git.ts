/**
 * The one file that runs git. Elsewhere commands are data: arguments in, text out.
 *
 * G1. The caller's `GIT_*` variables do not reach git, except those for its configuration and the committer.
 * G2. No hooks, no signing, no editor, no prompt, no file monitor, no gc: only `commit` runs your hooks.
 * G3. Output is for parsing: C locale, unquoted paths (callers pass `-z`).
 * G4. Reading never takes an optional lock, so it never writes an index.
 */

import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, statfsSync } from 'node:fs';
import { simpleGit } from '../../../libraries/simple-git.ts';
import { commandHint } from '../../../model/command-hint.ts';
import { TroupeError } from '../../../model/errors.ts';
import { omitUndefined } from '../../../model/optional-keys.ts';
import { shellQuote } from '../../../model/shell-quote.ts';
import { toDiskError } from '../../fs/disk-error.ts';
import { startDirectly, startProgram } from '../../process/spawn-server/start-program.ts';
import { processTagVariable, runIdVariable } from '../../process/tagged-processes.ts';
import { type CollectOptions, collectOutput, type GitResult, inputAndOutput } from './collect-output.ts';
import { assertFileDescriptors } from './file-descriptors.ts';

/** Where a command runs, and its repository, files and index; git finds omitted ones itself. */
export interface GitLocation {
  cwd: string;
  gitDir?: string;
  workTree?: string;
  index?: string;
  /** Further `-c` settings. */
  config?: readonly string[];
}

export interface RunOptions extends Omit<CollectOptions, 'run'> {
  env?: Record<string, string>;
  /** Run your hooks and signing, in your own locale. */
  runUserHooks?: boolean;
  /** Tag of all processes of the command, to find them after a crash. @default none */
  processTag?: string | undefined;
}

export interface Git {
  readonly location: GitLocation;
  at(place: Partial<GitLocation>): Git;
  /** Runs a command and returns its output as text. @throws {TroupeError} GIT_FAILED */
  text(words: readonly string[], options?: { env?: Record<string, string> }): Promise<string>;
  /** Returns the NUL-separated fields of `-z` output. @throws {TroupeError} GIT_FAILED */
  fields(words: readonly string[]): Promise<string[]>;
  /** Runs a command with bytes in and out. @throws {TroupeError} GIT_FAILED */
  run(words: readonly string[], options?: RunOptions): Promise<GitResult>;
  /** Runs a command without output. @throws {TroupeError} GIT_FAILED */
  exec(words: readonly string[], options?: RunOptions): Promise<void>;
  /** Runs a command and returns its exit code with the output. @throws {TroupeError} GIT_FAILED when git cannot be started */
  tryRun(words: readonly string[], options?: RunOptions): Promise<GitResult>;
  /** Starts a long-running command. */
  spawn(words: readonly string[]): ChildProcessWithoutNullStreams;
}

export interface GitOptions {
  /** The environment to select variables from. */
  env: Readonly<Record<string, string | undefined>>;
  /** Receives the arguments of every command before it runs; throwing stops the command. */
  trace?: ((words: readonly string[]) => void) | undefined;
}

/** Allows paths of more than 260 characters in git for Windows. */
export const platformSettings = (platform: NodeJS.Platform) => (platform === 'win32' ? ['core.longpaths=true'] : []);

const settings = [
  ...platformSettings(process.platform),
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=false',
  'core.safecrlf=false',
  'core.splitIndex=false',
  'commit.gpgSign=false',
  'gc.auto=0',
  'maintenance.auto=false',
];
const userHookSettings = [
  ...platformSettings(process.platform),
  'core.fsmonitor=false',
  'gc.auto=0',
  'maintenance.auto=false',
];

/** git's own variables of the caller that are passed on. */
const keptVariables = new Set([
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_AUTHOR_NAME',
  'GIT_AUTHOR_EMAIL',
  'GIT_COMMITTER_NAME',
  'GIT_COMMITTER_EMAIL',
]);
const droppedVariables = new Set(['EDITOR', 'VISUAL', 'PAGER', 'PREFIX', 'SSH_ASKPASS']);

export function openGit(place: GitLocation, options: GitOptions): Git {
  const base = gitVariables(options.env);
  const git = (here: GitLocation): Git => {
    const prepare = (words: readonly string[], theirs: boolean, extra: Record<string, string> = {}) => {
      options.trace?.(words);
      const configured = [...(theirs ? userHookSettings : settings), ...(here.config ?? [])];
      return {
        words: [...configured.flatMap(setting => ['-c', setting]), ...words],
        env: { ...base, ...(theirs ? {} : { LC_ALL: 'C' }), ...locationVariables(here), ...extra },
      };
    };
    const attempt = async (words: readonly string[], how: RunOptions = {}) => {
      const { processTag } = how;
      const marks =
        processTag === undefined ? null : { [processTagVariable]: processTag, [runIdVariable]: `.${randomUUID()}` };
      const prepared = prepare(words, how.runUserHooks ?? false, { ...how.env, ...marks });
      try {
        const stdio = inputAndOutput(how.input);
        const child = startProgram('git', prepared.words, { cwd: here.cwd, env: prepared.env, detached: true, stdio });
        return await collectOutput(child, { ...how, run: marks?.[runIdVariable] });
      } catch (thrown) {
        throw spawnError(thrown, here.cwd);
      }
    };
    const answer = async (words: readonly string[], how?: RunOptions) => {
      const given = await attempt(words, how);
      if (given.code !== 0) throw gitFailedError(words, here, given.code, given.stderr);
      return given;
    };
    return {
      location: here,
      at: other => git({ ...here, ...other }),
      tryRun: attempt,
      async text(words, { env } = {}) {
        const prepared = prepare(words, false, env);
        if (!existsSync(here.cwd)) throw spawnError(null, here.cwd);
        const exit = { code: 0, stderr: '' };
        try {
          assertFileDescriptors();
          return await simpleGit(runWithSimpleGit(here.cwd, prepared.env, exit))
            .env(prepared.env)
            .raw(prepared.words);
        } catch (thrown) {
          throw exit.code > 0 ? gitFailedError(words, here, exit.code, exit.stderr) : spawnError(thrown, here.cwd);
        }
      },
      run: answer,
      // Not through simple-git, like all commands that may have no output: it waits 50 ms for it.
      async fields(words) {
        const fields = (await answer(words)).stdout.toString().split('\0');
        return fields.slice(0, -1);
      },
      async exec(words, how) {
        await answer(words, how);
      },
      spawn(words) {
        const prepared = prepare(words, false);
        try {
          return startDirectly('git', prepared.words, { cwd: here.cwd, env: prepared.env });
        } catch (thrown) {
          throw spawnError(thrown, here.cwd);
        }
      },
    };
  };
  return git(place);
}

/** Returns the error of a command that failed. */
export function gitFailedError(
  words: readonly string[],
  place: GitLocation,
  code: number,
  stderr: string,
): TroupeError {
  const message = stderr.trim();
  const where = place.workTree ?? place.cwd;
  const ofDisk = toDiskError(isFull(message, where) ? `ENOSPC ${message}` : message, {
    where,
    what: `git cannot write to ${where}`,
  });
  if (ofDisk !== undefined) return ofDisk;
  // A lock of another process: index.lock, a ref's, packed-refs.lock.
  const lock = /'([^'\n]+\.lock)'/.exec(message)?.[1];
  return new TroupeError(
    'GIT_FAILED',
    `git ${words.slice(0, 6).join(' ')} failed: ${stderrSummary(message) || `exit code ${code}`}`,
    {
      where,
      hints: lock === undefined ? [commandHint('doctor')] : [`rm ${shellQuote(lock)}  # when no other git is running`],
      details: { words: [...words], exitCode: code, stderr: message },
    },
  );
}

/** Returns git's error message without its prefixes and its advice, which is for users of git. */
function stderrSummary(stderr: string): string {
  const lines = stderr.split('\n').filter(line => line.trim() !== '' && !/^hint:/.test(line));
  return lines
    .slice(0, 3)
    .map(line => line.replace(/^(fatal|error|warning): /, ''))
    .join('; ');
}

/** git may report that it could not write a file without the reason. */
function isFull(message: string, where: string): boolean {
  if (!/unable to (?:write|create)|failed to write|write error/i.test(message) || !existsSync(where)) return false;
  const { bavail, bsize } = statfsSync(where);
  return bavail * bsize < 1024 ** 2;
}

/** Returns git's message for a failure; empty for any other error. */
export const stderrOfError = (error: unknown): string =>
  TroupeError.is(error) && typeof error.details?.stderr === 'string' ? error.details.stderr : '';

/** simple-git converts errors and loses the exit code; `exit` keeps it. */
function runWithSimpleGit(baseDir: string, env: Record<string, string>, exit: { code: number; stderr: string }) {
  return {
    baseDir,
    allowEnvironment: Object.keys(env),
    unsafe: {
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeConfigPaths: true,
      allowUnsafeEditor: true,
      allowUnsafePager: true,
    },
    errors(error: Error | Buffer | undefined, result: { exitCode: number; stdErr: Buffer[] }) {
      if (result.exitCode <= 0) return error;
      exit.code = result.exitCode;
      exit.stderr = Buffer.concat(result.stdErr).toString();
      return new Error(exit.stderr);
    },
  };
}

function spawnError(cause: unknown, cwd: string): TroupeError {
  const ofDisk = toDiskError(cause, { where: cwd, what: 'git cannot be started' });
  if (ofDisk !== undefined) return ofDisk;
  // simple-git has the error and its stack as text.
  const reason = cause instanceof Error ? `: ${cause.message.replace(/^Error: |\n.*$/gs, '')}` : '';
  return existsSync(cwd)
    ? new TroupeError('GIT_FAILED', `git could not be started${reason}`, {
        hints: ['git --version'],
        cause,
        retriable: false,
      })
    : new TroupeError('GIT_FAILED', 'the folder is gone', { where: cwd, cause, retriable: false });
}

function gitVariables(given: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || droppedVariables.has(name) || (name.startsWith('GIT_') && !keptVariables.has(name)))
      continue;
    env[name] = value;
  }
  return { ...env, GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_EDITOR: ':', GIT_PAGER: 'cat' };
}

function locationVariables({ gitDir, workTree, index }: GitLocation): Record<string, string> {
  return {
    ...omitUndefined({ GIT_DIR: gitDir, GIT_WORK_TREE: workTree, GIT_INDEX_FILE: index }),
  };
}
