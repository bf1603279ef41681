import { randomUUID } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { Fault } from '../../model/fault.ts';
import { Objects } from '../merge/tree/objects.ts';
import { folderMode } from '../owner-only.ts';
import { type Git, type GitOptions, openGit, stderrOf } from './git.ts';
import { sweepLitter } from './litter.ts';
import { openRefWriter, type RefWriter } from './ref-writer.ts';

/** What every part of a project stands on: the user's files, the objects, and a folder of ours beside them. */
export interface Ground {
  kind: 'git' | 'directory';
  root: string;
  /** The user's files. Only landing writes through it. */
  files: Git;
  /** Objects, refs and nothing else. */
  objects: Git;
  /** Sets refs. */
  refs: RefWriter;
  /** Reads and writes single objects, without a process for each. */
  database: Objects;
  /** Bytes of an object's id: 20, or 32 where the repository uses SHA-256. */
  oidLength: number;
  /** The repository shared by all worktrees. */
  commonDir: string;
  /** The git directory of the user's own checkout. */
  gitDir: string;
  /** Locks, scratch indexes: ours alone, inside the repository. */
  own: string;
}

/** The folder that holds `.git`, looking upwards; null outside of any repository. */
export function findRoot(path: string): string | null {
  const start = resolve(path);
  for (let folder = existsSync(start) ? realpathSync(start) : start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (folder === dirname(folder)) return null;
  }
}

/** @throws {Fault} NOT_A_PROJECT */
export async function groundOfGit(root: string, options: GitOptions): Promise<Ground> {
  if (!existsSync(root)) throw notAProject(root, 'there is no such folder');
  const files = openGit({ cwd: root }, options);
  const found = await files
    .ask(['rev-parse', '--path-format=absolute', '--show-toplevel', '--git-dir', '--git-common-dir', showFormat])
    .catch(error => {
      if (/not a git repository|must be run in a work tree/.test(stderrOf(error))) {
        throw notAProject(root, 'this is not a git repository with files checked out');
      }
      throw error;
    });
  const [top = root, gitDir = '', commonDir = '', format = ''] = found.trimEnd().split('\n');
  const own = join(commonDir, 'troupe-git');
  await mkdir(own, { recursive: true });
  await sweepLitter(own);
  const objects = openGit({ cwd: commonDir, gitDir: commonDir }, options);
  const base = { objects, refs: openRefWriter(objects), database: databaseOf(commonDir, options), commonDir, own };
  return { ...base, kind: 'git', root: top, files: files.at({ cwd: top }), gitDir, oidLength: lengthIn(format) };
}

const showFormat = '--show-object-format';
const lengthIn = (format: string) => (format === 'sha256' ? 32 : 20);

const databaseOf = (commonDir: string, { env }: GitOptions) =>
  new Objects({ gitDir: commonDir, directory: commonDir, env }, join(commonDir, 'objects'));

/** @throws {Fault} NOT_A_PROJECT */
export async function groundOfDirectory(root: string, store: string, options: GitOptions): Promise<Ground> {
  if (!existsSync(root)) throw notAProject(root, 'there is no such folder');
  await prepareStore(root, store, options);
  const own = join(store, 'troupe-git');
  await mkdir(own, { recursive: true });
  await sweepLitter(own);
  const objects = openGit({ cwd: store, gitDir: store }, options);
  const files = objects.at({ cwd: root, workTree: root, index: join(own, 'root-index') });
  const format = (await objects.ask(['rev-parse', showFormat])).trimEnd();
  const base = { objects, refs: openRefWriter(objects), database: databaseOf(store, options), commonDir: store, own };
  return { ...base, kind: 'directory', root, files, gitDir: store, oidLength: lengthIn(format) };
}

/** A bare repository of ours, made aside and moved into place, so that there is never half of one. */
async function prepareStore(root: string, store: string, options: GitOptions): Promise<void> {
  if (existsSync(join(store, 'HEAD'))) return;
  await mkdir(dirname(store), { recursive: true, mode: folderMode });
  const draft = `${store}.troupe-${randomUUID()}`;
  await openGit({ cwd: dirname(store) }, options).tell(['init', '--quiet', '--bare', '--template=', draft]);
  await mkdir(join(draft, 'info'), { recursive: true });
  const inside = relative(root, store).split(/[\\/]/);
  const place = `/${inside.map(literally).join('/')}`;
  // Drafts of other processes, too: a snapshot may be taken while one stands there.
  const excluded = inside[0] === '..' ? [] : [`${place}/`, `${place}.troupe-*/`];
  await writeFile(join(draft, 'info', 'exclude'), ['/.troupe/', ...excluded, ''].join('\n'));
  // Without git there is nobody who expects line ends to be converted: what is read is what is written.
  await writeFile(join(draft, 'info', 'attributes'), '* -text -eol -ident -filter -working-tree-encoding\n');
  await rename(draft, store).catch(async error => {
    await rm(draft, { recursive: true, force: true });
    // Another process was quicker.
    if (!existsSync(join(store, 'HEAD'))) throw error;
  });
}

/** A name as a pattern that matches only it. */
export const literally = (name: string) => name.replace(/[\\*?[\]!#]/g, '\\$&');

/** A file's text without its last line end; null when there is no such file. */
export const readLine = (file: string): Promise<string | null> =>
  readFile(file, 'utf8').then(
    text => text.trimEnd(),
    () => null,
  );

function notAProject(root: string, why: string): Fault {
  return new Fault('NOT_A_PROJECT', why, { where: root, hints: ['git init', 'troupe init --directory'] });
}
