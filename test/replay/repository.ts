import { execFileSync } from 'node:child_process';

/** What a side has at a path: mode and blob. */
export interface TreeFile {
  mode: string;
  oid: string;
}

/** A git repository, read (and, where it is a copy, written) by whole batches. */
export class ReplayRepository {
  readonly directory: string;
  private readonly blobs = new Map<string, Buffer>();
  private held = 0;

  constructor(directory: string) {
    this.directory = directory;
  }

  git(words: readonly string[], input: Buffer | string = ''): Buffer {
    const settings = ['-c', 'core.quotePath=false', '-c', 'gc.auto=0'];
    return execFileSync('git', ['-C', this.directory, ...settings, ...words], {
      input,
      env: { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C' },
      stdio: ['pipe', 'pipe', 'pipe'],
      maxBuffer: 2 ** 31 - 1,
    });
  }

  lines(...words: string[]): string[] {
    return this.git(words).toString('utf8').split('\n').filter(Boolean);
  }

  /** Every file of a tree or commit. */
  leaves(tree: string): Map<string, TreeFile> {
    const fields = this.git(['ls-tree', '-r', '-z', '--full-tree', tree]).toString('utf8').split('\0').slice(0, -1);
    return new Map(
      fields.map(field => {
        const [metadata = '', path = ''] = [field.slice(0, field.indexOf('\t')), field.slice(field.indexOf('\t') + 1)];
        const [mode = '', , oid = ''] = metadata.split(' ');
        return [path, { mode, oid }];
      }),
    );
  }

  /** The contents of blobs, read by one process. */
  contents(oids: Iterable<string>): Map<string, Buffer> {
    const missing = [...new Set(oids)].filter(oid => !this.blobs.has(oid));
    if (this.held > heldMax) this.blobs.clear();
    const output =
      missing.length === 0 ? Buffer.alloc(0) : this.git(['cat-file', '--batch'], `${missing.join('\n')}\n`);
    let at = 0;
    for (const oid of missing) {
      const end = output.indexOf('\n', at);
      const size = Number(output.toString('latin1', at, end).split(' ')[2]);
      this.blobs.set(oid, output.subarray(end + 1, end + 1 + size));
      this.held += size;
      at = end + 1 + size + 1;
    }
    return this.blobs;
  }
}

/** Bytes of blobs that are kept, about. */
const heldMax = 1_500_000_000;
