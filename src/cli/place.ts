import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Fault, shellWord } from '../index.ts';
import type { Io } from './io.ts';

/** Where a command works: the project, and where its plans are kept. */
export interface Place {
  kind: 'git' | 'directory';
  root: string;
  /** Everything Troupe keeps about the project. */
  home: string;
  store: string;
  /** Names the store's owner; beside the store, so that the store holds nothing but its own. */
  owner: string;
  /** What agents and checks print. */
  logs: string;
  /** What commands print that have no window. */
  backgroundLog: string;
}

/** The folder that makes a folder without git a project. */
export const directoryMark = '.troupe';

/**
 * From any folder of a repository, and from any of its worktrees, to the one store of the repository.
 * @throws {Fault} NOT_A_PROJECT, FILE_NOT_FOUND
 */
export async function findPlace(options: {
  directory: string;
  store: string | undefined;
  env: Io['env'];
}): Promise<Place> {
  const { directory, env } = options;
  if (!existsSync(directory)) {
    throw new Fault('FILE_NOT_FOUND', 'There is no such folder', {
      where: directory,
      hints: [`mkdir -p ${shellWord(directory)}`],
    });
  }
  const found = (await inGit(directory, env)) ?? inDirectory(directory);
  if (found === null) {
    throw new Fault('NOT_A_PROJECT', 'This is neither in a git repository nor a project folder', {
      where: directory,
      hints: ['git init && git add -A && git commit --allow-empty -m "Begin"', 'troupe init --directory'],
    });
  }
  const home = options.store === undefined ? found.home : resolve(directory, options.store);
  return {
    ...found,
    home,
    store: join(home, 'store'),
    owner: join(home, 'owner.json'),
    logs: join(home, 'logs'),
    backgroundLog: join(home, 'background.log'),
  };
}

type Found = Pick<Place, 'kind' | 'root' | 'home'>;

async function inGit(directory: string, env: Io['env']): Promise<Found | null> {
  try {
    const { stdout } = await promisify(execFile)(
      'git',
      ['-C', directory, 'rev-parse', '--path-format=absolute', '--show-toplevel', '--git-common-dir'],
      { env: withoutGit(env) },
    );
    const [root, common] = stdout.split('\n');
    return root && common ? { kind: 'git', root, home: join(common, 'troupe') } : null;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') {
      throw new Fault('NOT_A_PROJECT', 'git is not installed, or not on PATH', {
        hints: ['troupe doctor', 'echo "$PATH"'],
      });
    }
    if (thrown instanceof Error && 'code' in thrown && (thrown.code === 'EMFILE' || thrown.code === 'ENFILE')) {
      throw new Fault('TOO_MANY_FILES', 'git cannot be started: too many files are open', {
        hints: ['ulimit -n 4096'],
      });
    }
    throwIfBarred(thrown, directory);
    return null;
  }
}

/** A repository is there, and git will not work in it. @throws {Fault} NOT_A_PROJECT */
function throwIfBarred(thrown: unknown, directory: string): void {
  const said = thrown instanceof Error && 'stderr' in thrown ? String(thrown.stderr) : '';
  if (/must be run in a work tree/.test(said)) {
    throw new Fault('NOT_A_PROJECT', 'This is a bare repository, or the inside of one: it has no files to work on', {
      where: directory,
      hints: ['git worktree list'],
    });
  }
  const [, owned] = /dubious ownership in repository at '(.+)'/.exec(said) ?? [];
  if (owned === undefined) return;
  throw new Fault('NOT_A_PROJECT', 'git does not work in this repository: it belongs to another user', {
    where: owned,
    hints: [`git config --global --add safe.directory ${shellWord(owned)}`],
  });
}

/** A hook or an alias that calls us must not decide which repository we look at. */
function withoutGit(env: Io['env']): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('GIT_')));
}

function inDirectory(directory: string): Found | null {
  for (let folder = directory; ; folder = dirname(folder)) {
    const mark = join(folder, directoryMark);
    if (existsSync(mark)) return { kind: 'directory', root: folder, home: mark };
    if (folder === dirname(folder)) return null;
  }
}
