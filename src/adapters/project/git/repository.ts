import { randomUUID } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { commandHint } from '../../../model/command-hint.ts';
import { TroupeError } from '../../../model/errors.ts';
import { folderMode } from '../../fs/owner-only.ts';
import { ObjectDatabase } from '../../merge/tree/objects.ts';
import { type Git, type GitOptions, openGit, stderrOfError } from './git.ts';
import { openRefWriter, type RefWriter } from './ref-writer.ts';
import { removeStale } from './temp-files.ts';

/** The basis of every part of a project: your files, the objects, and a folder for Troupe's own files. */
export interface ProjectRepository {
  kind: 'git' | 'directory';
  root: string;
  /** Your files. Only apply writes through it. */
  files: Git;
  /** Objects and refs only. */
  objects: Git;
  /** Sets refs. */
  refs: RefWriter;
  /** Reads and writes single objects, without a process for each. */
  database: ObjectDatabase;
  /** Bytes of an object's id: 20, or 32 in a repository with SHA-256. */
  oidLength: number;
  /** The repository shared by all worktrees. */
  commonDir: string;
  /** The git directory of your own checkout. */
  gitDir: string;
  /** Folder for locks and temporary indexes, inside the repository. */
  own: string;
}

/** Returns the folder that contains `.git`, searching upwards; null outside of any repository. */
export function findRoot(path: string): string | null {
  const start = resolve(path);
  for (let folder = existsSync(start) ? realpathSync(start) : start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (folder === dirname(folder)) return null;
  }
}

/** @throws {TroupeError} NOT_A_PROJECT */
export async function openGitRepository(root: string, options: GitOptions): Promise<ProjectRepository> {
  if (!existsSync(root)) throw notAProjectError(root, 'there is no such folder');
  const files = openGit({ cwd: root }, options);
  const found = await files
    .text(['rev-parse', '--path-format=absolute', '--show-toplevel', '--git-dir', '--git-common-dir', showFormat])
    .catch(error => {
      if (/not a git repository|must be run in a work tree/.test(stderrOfError(error))) {
        throw notAProjectError(root, 'this is not a git repository with files checked out');
      }
      throw error;
    });
  const [top = root, gitDir = '', commonDir = '', format = ''] = found.trimEnd().split('\n');
  const own = join(commonDir, 'troupe-git');
  await mkdir(own, { recursive: true });
  await removeStale(own);
  const objects = openGit({ cwd: commonDir, gitDir: commonDir }, options);
  const base = { objects, refs: openRefWriter(objects), database: openDatabase(commonDir, options), commonDir, own };
  return { ...base, kind: 'git', root: top, files: files.at({ cwd: top }), gitDir, oidLength: lengthIn(format) };
}

const showFormat = '--show-object-format';
const lengthIn = (format: string) => (format === 'sha256' ? 32 : 20);

const openDatabase = (commonDir: string, { env }: GitOptions) =>
  new ObjectDatabase({ gitDir: commonDir, directory: commonDir, env }, join(commonDir, 'objects'));

/** @throws {TroupeError} NOT_A_PROJECT */
export async function openDirectoryRepository(
  root: string,
  store: string,
  options: GitOptions,
): Promise<ProjectRepository> {
  if (!existsSync(root)) throw notAProjectError(root, 'there is no such folder');
  const inside = relative(root, store).split(/[\\/]/);
  const place = `/${inside.map(escapePattern).join('/')}`;
  // Temporary folders of other processes, too: a snapshot may run while one exists.
  const excluded = inside[0] === '..' ? [] : [`${place}/`, `${place}.troupe-*/`];
  const ignore = ['/.troupe/', ...excluded, ''].join('\n');
  return openPrivateRepository({ kind: 'directory', root, store, ignore }, options);
}

export interface PrivateRepository {
  kind: ProjectRepository['kind'];
  root: string;
  /** The folder of the repository; created when there is none. */
  store: string;
  /** Rules for ignored files, as in `.gitignore`. */
  ignore: string;
  /** @default git's default */
  hash?: 'sha1' | 'sha256';
}

/** Opens a repository of Troupe's own. */
export async function openPrivateRepository(
  { kind, root, store, ignore, hash }: PrivateRepository,
  options: GitOptions,
): Promise<ProjectRepository> {
  await prepareStore({ kind, store, ignore, hash }, options);
  const own = join(store, 'troupe-git');
  await mkdir(own, { recursive: true });
  await removeStale(own);
  const objects = openGit({ cwd: store, gitDir: store }, options);
  const files = objects.at({ cwd: root, workTree: root, index: join(own, 'root-index') });
  const format = (await objects.text(['rev-parse', showFormat])).trimEnd();
  const base = { objects, refs: openRefWriter(objects), database: openDatabase(store, options), commonDir: store, own };
  return { ...base, kind, root, files, gitDir: store, oidLength: lengthIn(format) };
}

/** Creates a bare repository in a temporary folder and moves it into place, so that it is never incomplete. */
async function prepareStore(
  {
    kind,
    store,
    ignore,
    hash,
  }: Pick<PrivateRepository, 'kind' | 'store' | 'ignore'> & { hash: PrivateRepository['hash'] },
  options: GitOptions,
): Promise<void> {
  if (existsSync(join(store, 'HEAD'))) return;
  await mkdir(dirname(store), { recursive: true, mode: folderMode });
  const draft = `${store}.troupe-${randomUUID()}`;
  const how = ['--quiet', '--bare', '--template=', ...(hash === undefined ? [] : [`--object-format=${hash}`])];
  await openGit({ cwd: dirname(store) }, options).exec(['init', ...how, draft]);
  await mkdir(join(draft, 'info'), { recursive: true });
  await writeFile(join(draft, 'info', 'exclude'), ignore);
  // Without git no line end conversion is expected: files are written as they are read.
  if (kind === 'directory') {
    await writeFile(join(draft, 'info', 'attributes'), '* -text -eol -ident -filter -working-tree-encoding\n');
  }
  await rename(draft, store).catch(async error => {
    await rm(draft, { recursive: true, force: true });
    // Another process created it first.
    if (!existsSync(join(store, 'HEAD'))) throw error;
  });
}

/** Escapes a name as a pattern that matches only it. */
export const escapePattern = (name: string) => name.replace(/[\\*?[\]!#]/g, '\\$&');

/** Returns a file's text without its last line end; null when there is no such file. */
export const readLine = (file: string): Promise<string | null> =>
  readFile(file, 'utf8').then(
    text => text.trimEnd(),
    () => null,
  );

function notAProjectError(root: string, why: string): TroupeError {
  return new TroupeError('NOT_A_PROJECT', why, {
    where: root,
    hints: ['git init', commandHint('init', { options: { directory: true } })],
  });
}
