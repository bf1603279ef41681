import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { commandHint, shellQuote, TroupeError } from '../../index.ts';
import { hasCode } from '../../model/caught-error.ts';
import type { Io } from '../io.ts';
import { readConfiguredStore } from './config.ts';

/** The project of a command, and where its plans are stored. */
export interface ProjectLocation {
  kind: 'git' | 'directory';
  root: string;
  /** Folder of all data about the project. */
  home: string;
  /** The folder of the store, or the address of its PostgreSQL database. */
  store: string;
  /** Folder with what processes on this machine share about the store. */
  shared: string;
  /** The file with the store's owner; next to the store, which contains only its own files. */
  owner: string;
  /** Logs of agents and validations. */
  logs: string;
  /** Output of background commands. */
  backgroundLog: string;
  /** Further projects of plans here, by alias; missing where there are none. */
  linkedProjects: string;
}

/** The folder that marks a folder without git as a project. */
export const projectMarkerDir = '.troupe';

/**
 * Finds the one store of a repository from any of its folders and worktrees.
 * @throws {TroupeError} NOT_A_PROJECT, FILE_NOT_FOUND
 */
export async function locateProject(options: {
  directory: string;
  store: string | undefined;
  env: Io['env'];
}): Promise<ProjectLocation> {
  const { directory, env } = options;
  if (!existsSync(directory)) {
    throw new TroupeError('FILE_NOT_FOUND', 'There is no such folder', {
      where: directory,
      hints: [`mkdir -p ${shellQuote(directory)}`],
    });
  }
  const found = (await findGitProject(directory, env)) ?? findDirectoryProject(directory);
  if (found === null) {
    throw new TroupeError('NOT_A_PROJECT', 'This is neither in a git repository nor a project folder', {
      where: directory,
      hints: [
        'git init && git add -A && git commit --allow-empty -m "Begin"',
        commandHint('init', { options: { directory: true } }),
      ],
    });
  }
  const address = isDatabase(options.store)
    ? options.store
    : options.store === undefined
      ? await readConfiguredStore(found.home)
      : undefined;
  const home = options.store === undefined || address !== undefined ? found.home : resolve(directory, options.store);
  const shared = address === undefined ? home : join(home, 'postgres', digestOf(address));
  return {
    ...found,
    home,
    shared,
    store: address ?? join(home, 'store'),
    owner: join(shared, 'owner.json'),
    logs: join(shared, 'logs'),
    backgroundLog: join(shared, 'background.log'),
    linkedProjects: join(home, 'projects.json'),
  };
}

/** Whether a store is a PostgreSQL database, given by its address. */
export const isDatabase = (store: string | undefined): store is string => /^postgres(?:ql)?:\/\//.test(store ?? '');

/** Stores on different databases share nothing on this machine; another password is the same store. */
const digestOf = (address: string) =>
  createHash('sha256')
    .update(address.replace(/^([^:]+:\/\/[^:@/]*):[^@/]*@/, '$1@'))
    .digest('hex')
    .slice(0, 8);

type FoundProject = Pick<ProjectLocation, 'kind' | 'root' | 'home'>;

async function findGitProject(directory: string, env: Io['env']): Promise<FoundProject | null> {
  try {
    const { stdout } = await promisify(execFile)(
      'git',
      ['-C', directory, 'rev-parse', '--path-format=absolute', '--show-toplevel', '--git-common-dir'],
      { env: withoutGitVariables(env) },
    );
    const [root, common] = stdout.split('\n');
    return root && common ? { kind: 'git', root, home: join(common, 'troupe') } : null;
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT')) {
      throw new TroupeError('NOT_A_PROJECT', 'git is not installed, or not on PATH', {
        hints: [commandHint('doctor'), 'echo "$PATH"'],
      });
    }
    if (hasCode(thrown, 'EMFILE', 'ENFILE')) {
      throw new TroupeError('TOO_MANY_FILES', 'git cannot be started: too many files are open', {
        hints: ['ulimit -n 4096'],
      });
    }
    assertGitUsable(thrown, directory);
    return null;
  }
}

/** There is a repository, but git refuses to work in it. @throws {TroupeError} NOT_A_PROJECT */
function assertGitUsable(thrown: unknown, directory: string): void {
  const message = thrown instanceof Error && 'stderr' in thrown ? String(thrown.stderr) : '';
  if (/must be run in a work tree/.test(message)) {
    throw new TroupeError(
      'NOT_A_PROJECT',
      'This is a bare repository, or the inside of one: it has no files to work on',
      {
        where: directory,
        hints: ['git worktree list'],
      },
    );
  }
  const [, owned] = /dubious ownership in repository at '(.+)'/.exec(message) ?? [];
  if (owned === undefined) return;
  throw new TroupeError('NOT_A_PROJECT', 'git does not work in this repository: it belongs to another user', {
    where: owned,
    hints: [`git config --global --add safe.directory ${shellQuote(owned)}`],
  });
}

/** When called from a hook or an alias, git's variables must not select the repository. */
function withoutGitVariables(env: Io['env']): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('GIT_')));
}

function findDirectoryProject(directory: string): FoundProject | null {
  for (let folder = directory; ; folder = dirname(folder)) {
    const mark = join(folder, projectMarkerDir);
    if (existsSync(mark)) return { kind: 'directory', root: folder, home: mark };
    if (folder === dirname(folder)) return null;
  }
}
