/**
 * The one file that runs git. Commands are data elsewhere: words in, text out.
 *
 * G1. Nothing of the caller's `GIT_*` reaches git, except where its configuration lives and who commits.
 * G2. No hooks, no signing, no editor, no prompt, no file monitor, no gc: only `commit` lets the user's own in.
 * G3. Output is for machines: C locale, paths unquoted (callers pass `-z`).
 * G4. Reading never takes an optional lock, so it never writes an index.
 */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, statfsSync } from 'node:fs';
import { simpleGit } from 'simple-git';
import { Fault } from '../../model/fault.ts';
import { shellWord } from '../../model/shell-word.ts';
import { faultOfDisk } from '../fault-of-disk.ts';
import { markVariable, runVariable } from '../process/marked.ts';
import { type Answer, type CollectOptions, collect } from './collect.ts';
import { assertFilesLeft, startGit } from './start.ts';

/** Where a command runs and which repository, files and index it sees; what is absent git finds by itself. */
export interface Place {
  cwd: string;
  gitDir?: string;
  workTree?: string;
  index?: string;
  /** Further `-c` settings. */
  config?: readonly string[];
}

export interface AttemptOptions extends Omit<CollectOptions, 'run'> {
  env?: Record<string, string>;
  /** Let the user's hooks and signing run, in their own locale. */
  theirs?: boolean;
  /** Carried by everything the command starts, so that it can be found after a crash. @default none */
  marker?: string | undefined;
}

export interface Git {
  readonly place: Place;
  at(place: Partial<Place>): Git;
  /** A question that always has an answer, as text. @throws {Fault} GIT_FAILED */
  ask(words: readonly string[], options?: { env?: Record<string, string> }): Promise<string>;
  /** What `-z` lists, nothing included. @throws {Fault} GIT_FAILED */
  list(words: readonly string[]): Promise<string[]>;
  /** Bytes in, bytes out. @throws {Fault} GIT_FAILED */
  answer(words: readonly string[], options?: AttemptOptions): Promise<Answer>;
  /** A deed whose output does not matter. @throws {Fault} GIT_FAILED */
  tell(words: readonly string[], options?: AttemptOptions): Promise<void>;
  /** Whatever comes of it, exit code included. @throws {Fault} GIT_FAILED when git cannot be started */
  attempt(words: readonly string[], options?: AttemptOptions): Promise<Answer>;
  /** A command that stays and is spoken to. */
  stay(words: readonly string[]): ChildProcessWithoutNullStreams;
}

export interface GitOptions {
  /** The environment to choose from. */
  env: Readonly<Record<string, string | undefined>>;
  /** Told the words of every command before it runs; what it throws stops the command. */
  trace?: ((words: readonly string[]) => void) | undefined;
}

/** Paths of more than 260 characters, which git for Windows refuses unless told otherwise. */
export const settingsOn = (platform: NodeJS.Platform) => (platform === 'win32' ? ['core.longpaths=true'] : []);

const settings = [
  ...settingsOn(process.platform),
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=false',
  'core.safecrlf=false',
  'core.splitIndex=false',
  'commit.gpgSign=false',
  'gc.auto=0',
  'maintenance.auto=false',
];
const settingsOfTheirs = [
  ...settingsOn(process.platform),
  'core.fsmonitor=false',
  'gc.auto=0',
  'maintenance.auto=false',
];

/** What of the caller's environment git may see beside what is not git's. */
const kept = new Set([
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_AUTHOR_NAME',
  'GIT_AUTHOR_EMAIL',
  'GIT_COMMITTER_NAME',
  'GIT_COMMITTER_EMAIL',
]);
const dropped = new Set(['EDITOR', 'VISUAL', 'PAGER', 'PREFIX', 'SSH_ASKPASS']);

export function openGit(place: Place, options: GitOptions): Git {
  const base = environment(options.env);
  const git = (here: Place): Git => {
    const prepare = (words: readonly string[], theirs: boolean, extra: Record<string, string> = {}) => {
      options.trace?.(words);
      const configured = [...(theirs ? settingsOfTheirs : settings), ...(here.config ?? [])];
      return {
        words: [...configured.flatMap(setting => ['-c', setting]), ...words],
        env: { ...base, ...(theirs ? {} : { LC_ALL: 'C' }), ...located(here), ...extra },
      };
    };
    const attempt = async (words: readonly string[], how: AttemptOptions = {}) => {
      const run = how.marker === undefined ? undefined : `.${randomUUID()}`;
      const marks: Record<string, string> =
        run === undefined ? {} : { [markVariable]: how.marker ?? '', [runVariable]: run };
      const prepared = prepare(words, how.theirs ?? false, { ...how.env, ...marks });
      try {
        const child = startGit(prepared.words, { cwd: here.cwd, env: prepared.env, detached: true });
        return await collect(child, { ...how, run });
      } catch (thrown) {
        throw notStarted(thrown, here.cwd);
      }
    };
    const answer = async (words: readonly string[], how?: AttemptOptions) => {
      const given = await attempt(words, how);
      if (given.code !== 0) throw failed(words, here, given.code, given.stderr);
      return given;
    };
    return {
      place: here,
      at: other => git({ ...here, ...other }),
      attempt,
      async ask(words, { env } = {}) {
        const prepared = prepare(words, false, env);
        if (!existsSync(here.cwd)) throw notStarted(null, here.cwd);
        const exit = { code: 0, stderr: '' };
        try {
          assertFilesLeft();
          return await simpleGit(asked(here.cwd, prepared.env, exit))
            .env(prepared.env)
            .raw(prepared.words);
        } catch (thrown) {
          throw exit.code > 0 ? failed(words, here, exit.code, exit.stderr) : notStarted(thrown, here.cwd);
        }
      },
      answer,
      // Not through simple-git, like all that may say nothing: it waits 50 ms for output that does not come.
      async list(words) {
        const fields = (await answer(words)).stdout.toString().split('\0');
        return fields.slice(0, -1);
      },
      async tell(words, how) {
        await answer(words, how);
      },
      stay(words) {
        const prepared = prepare(words, false);
        try {
          return startGit(prepared.words, { cwd: here.cwd, env: prepared.env });
        } catch (thrown) {
          throw notStarted(thrown, here.cwd);
        }
      },
    };
  };
  return git(place);
}

/** The fault of a command that ended with an error. */
export function failed(words: readonly string[], place: Place, code: number, stderr: string): Fault {
  const said = stderr.trim();
  const where = place.workTree ?? place.cwd;
  const ofDisk = faultOfDisk(isFull(said, where) ? `ENOSPC ${said}` : said, {
    where,
    what: `git cannot write to ${where}`,
  });
  if (ofDisk !== undefined) return ofDisk;
  // A lock that somebody else holds: index.lock, a ref's, packed-refs.lock.
  const lock = /'([^'\n]+\.lock)'/.exec(said)?.[1];
  return new Fault('GIT_FAILED', `git ${words.slice(0, 6).join(' ')} failed: ${saidBy(said) || `exit code ${code}`}`, {
    where,
    hints: lock === undefined ? ['troupe doctor'] : [`rm ${shellWord(lock)}  # when no other git is running`],
    details: { words: [...words], exitCode: code, stderr: said },
  });
}

/** What went wrong in git's words, without its marks and its advice, which is for those who typed the command. */
function saidBy(stderr: string): string {
  const lines = stderr.split('\n').filter(line => line.trim() !== '' && !/^hint:/.test(line));
  return lines
    .slice(0, 3)
    .map(line => line.replace(/^(fatal|error|warning): /, ''))
    .join('; ');
}

/** git may say that it could not write a file and not why. */
function isFull(said: string, where: string): boolean {
  if (!/unable to (?:write|create)|failed to write|write error/i.test(said) || !existsSync(where)) return false;
  const { bavail, bsize } = statfsSync(where);
  return bavail * bsize < 1024 ** 2;
}

/** What git said when it failed; empty for any other error. */
export const stderrOf = (error: unknown): string =>
  Fault.is(error) && typeof error.details?.stderr === 'string' ? error.details.stderr : '';

/** simple-git turns errors into its own and forgets the exit code; `exit` keeps what the process said. */
function asked(baseDir: string, env: Record<string, string>, exit: { code: number; stderr: string }) {
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

function notStarted(cause: unknown, cwd: string): Fault {
  const ofDisk = faultOfDisk(cause, { where: cwd, what: 'git cannot be started' });
  if (ofDisk !== undefined) return ofDisk;
  return existsSync(cwd)
    ? new Fault('GIT_FAILED', 'git could not be started', { hints: ['git --version'], cause, retriable: false })
    : new Fault('GIT_FAILED', 'the folder is gone', { where: cwd, cause, retriable: false });
}

function environment(given: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || dropped.has(name) || (name.startsWith('GIT_') && !kept.has(name))) continue;
    env[name] = value;
  }
  return { ...env, GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_EDITOR: ':', GIT_PAGER: 'cat' };
}

function located({ gitDir, workTree, index }: Place): Record<string, string> {
  return {
    ...(gitDir === undefined ? {} : { GIT_DIR: gitDir }),
    ...(workTree === undefined ? {} : { GIT_WORK_TREE: workTree }),
    ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
  };
}
