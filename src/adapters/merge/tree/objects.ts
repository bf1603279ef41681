import { TroupeError } from '../../../model/errors.ts';
import { holdingCommit } from '../../project/git/commits.ts';
import type { GitBatchProcess, Parse } from '../../project/git/git-batch-process.ts';
import { type ObjectType, writeLooseObject, writeSmallObject } from '../../project/git/loose-object.ts';
import { ObjectFiles } from './object-files.ts';
import { type Repository, stayingGit } from './repository.ts';

/** One entry of a tree object. */
export interface TreeEntry {
  mode: string;
  /** Bytes as latin1. */
  name: string;
  oid: string;
}

export const directoryMode = '40000';
/** Of a submodule: a commit that a tree names and does not protect. */
export const submoduleMode = '160000';

export function isDirectory(entry: TreeEntry): boolean {
  return entry.mode === directoryMode;
}

/** Returns the content of a tree object. @param inOrder as git sorts them */
export function contentOfTree(inOrder: readonly TreeEntry[]): Buffer {
  return Buffer.concat(
    inOrder.flatMap(({ mode, name, oid }) => [Buffer.from(`${mode} ${name}\0`, 'latin1'), Buffer.from(oid, 'hex')]),
  );
}

/**
 * The objects of one repository, without a process per object: reads through one long-running `git cat-file`, writes
 * loose objects, whose format is unchanged since 2005. git has no long-running process for writing.
 *
 * A caller that reads only a few objects reads them from the files first (`once`); git starts only for objects not
 * found there.
 */
export class ObjectDatabase {
  private readonly repository: Repository;
  private readonly directory: string;
  private readonly files: ObjectFiles | null;
  private reader: GitBatchProcess | null = null;

  constructor(repository: Repository, objectsDirectory: string, { once = false } = {}) {
    this.repository = repository;
    this.directory = objectsDirectory;
    this.files = once ? new ObjectFiles(objectsDirectory) : null;
  }

  /** Returns the tree of a commit or a tree, named by its id or a revision. @throws {TroupeError} GIT_FAILED when there is none */
  async treeOf(revision: string): Promise<string> {
    const read = isFullId(revision) ? this.files?.rootTree(revision) : null;
    if (read != null) return read;
    const { header } = await this.ask(`info ${inOneLine(revision)}^{tree}`, false);
    const [tree, type] = header.split(' ');
    if (type !== 'tree' || tree === undefined) {
      throw new TroupeError('GIT_FAILED', `${revision} is neither a commit nor a tree of this repository`, {
        where: revision,
        hints: [`git cat-file -t ${revision}`],
        retriable: false,
      });
    }
    return tree;
  }

  /** The commit that a revision names now; null when it names none. */
  async commitOf(revision: string): Promise<string | null> {
    if (revision.includes('\n')) return null;
    const { header } = await this.ask(`info ${revision}^{commit}`, false);
    return /^([0-9a-f]+) commit \d+$/.exec(header)?.[1] ?? null;
  }

  /** Returns the id of the object that a ref names now; null when there is none. */
  async idOf(ref: string): Promise<string | null> {
    const { header } = await this.ask(`info ${inOneLine(ref)}`, false);
    return /^([0-9a-f]+) [a-z]+ \d+$/.exec(header)?.[1] ?? null;
  }

  /** Returns whether all of these exist. */
  async hasAll(oids: readonly string[]): Promise<boolean> {
    return (await this.existing(oids)).length === oids.length;
  }

  /** Returns those that exist. An incomplete id names no object. */
  async existing(oids: readonly string[]): Promise<string[]> {
    const ids = oids.filter(isFullId);
    if (ids.length === 0) return [];
    const found = await this.lasting().request(ids.map(oid => `info ${oid}\n`).join(''), lines(ids.length));
    return ids.filter((_, at) => !found[at]?.endsWith(' missing'));
  }

  async content(oid: string): Promise<Buffer> {
    const read = this.files?.read(checked(oid));
    if (read != null) return read.content;
    const { header, content } = await this.ask(`contents ${checked(oid)}`, true);
    if (content === null) {
      throw new TroupeError('GIT_FAILED', `the repository has lost an object: ${header}`, {
        where: oid,
        hints: ['git fsck'],
        retriable: false,
      });
    }
    return content;
  }

  async entries(tree: string): Promise<TreeEntry[]> {
    const bytes = await this.content(tree);
    const hashLength = tree.length / 2;
    const entries: TreeEntry[] = [];
    for (let at = 0; at < bytes.length; ) {
      const space = bytes.indexOf(32, at);
      const end = bytes.indexOf(0, space);
      const oid = bytes.toString('hex', end + 1, end + 1 + hashLength);
      entries.push({ mode: bytes.toString('latin1', at, space), name: bytes.toString('latin1', space + 1, end), oid });
      at = end + 1 + hashLength;
    }
    return entries;
  }

  /** Writes an object unless it exists, and returns its id. `like` is any id of the repository: it shows the hash in use. */
  write(type: ObjectType, content: Uint8Array, like: string): Promise<string> {
    return writeLooseObject(this.directory, { type, content, like });
  }

  /** Writes a commit of a tree. */
  writeCommit(tree: string, parents: readonly string[]): string {
    return writeSmallObject(this.directory, { type: 'commit', content: holdingCommit(tree, parents), like: tree });
  }

  writeTree(entries: readonly TreeEntry[], like: string): Promise<string> {
    const inOrder = [...entries].sort((a, b) => (sortName(a) < sortName(b) ? -1 : 1));
    return this.write('tree', contentOfTree(inOrder), like);
  }

  async close(): Promise<void> {
    this.files?.close();
    await this.reader?.close();
    this.reader = null;
  }

  private ask(words: string, withContent: boolean): Promise<Answer> {
    return this.lasting().request(`${words}\n`, answer(withContent));
  }

  private lasting(): GitBatchProcess {
    if (this.reader?.alive !== true) this.reader = stayingGit(this.repository, ['cat-file', '--batch-command']);
    return this.reader;
  }
}

interface Answer {
  header: string;
  content: Buffer | null;
}

/** `<oid> <type> <size>`, followed by the content if requested; or `<name> missing`. */
function answer(withContent: boolean): Parse<Answer> {
  return bytes => {
    const end = bytes.indexOf(10);
    if (end === -1) return { needs: bytes.length + 1 };
    const header = bytes.toString('latin1', 0, end);
    const size = /^[0-9a-f]+ [a-z]+ (\d+)$/.exec(header)?.[1];
    if (!withContent || size === undefined) return { value: { header, content: null }, used: end + 1 };
    const from = end + 1;
    const to = from + Number(size);
    if (bytes.length < to + 1) return { needs: to + 1 };
    return { value: { header, content: Buffer.from(bytes.subarray(from, to)) }, used: to + 1 };
  };
}

/** Parses this many lines. */
function lines(count: number): Parse<string[]> {
  return bytes => {
    const found: string[] = [];
    let used = 0;
    while (found.length < count) {
      const end = bytes.indexOf(10, used);
      if (end === -1) return { needs: bytes.length + 1 };
      found.push(bytes.toString('latin1', used, end));
      used = end + 1;
    }
    return { value: found, used };
  };
}

export const isFullId = (name: string) => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(name);

/** Names of objects are written to a line-based protocol: only plain ids are allowed. */
function checked(oid: string): string {
  if (isFullId(oid)) return oid;
  throw new TypeError(`${JSON.stringify(oid)} is not a full object id`);
}

/** A revision as part of a line. @throws {TypeError} for one of several lines */
function inOneLine(revision: string): string {
  if (!revision.includes('\n')) return revision;
  throw new TypeError(`${JSON.stringify(revision)} is not a revision`);
}

/** git sorts folders as if their name ended in a slash. */
function sortName(entry: TreeEntry): string {
  return isDirectory(entry) ? `${entry.name}/` : entry.name;
}
