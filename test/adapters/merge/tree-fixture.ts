import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file of a tree: its content, or content and mode. With mode 160000 (a submodule) the content is a commit id. */
export type FixtureFile = string | Buffer | { mode: string; content: string };
export type FixtureFiles = Record<string, FixtureFile>;

/** A temporary bare repository, filled through `git fast-import`. */
export class MergeRepository {
  readonly directory = mkdtempSync(join(tmpdir(), 'troupe-trees-'));

  constructor(...options: string[]) {
    this.git('init', '--quiet', '--bare', ...options);
  }

  git(...words: string[]): string {
    return this.run(words).toString('utf8').trim();
  }

  /** Output as bytes, whatever the exit code; merge-tree exits with 1 on conflicts. */
  run(words: string[], input: Buffer | string = ''): Buffer {
    const environment = { PATH: process.env.PATH, HOME: this.directory, GIT_CONFIG_NOSYSTEM: '1' };
    try {
      return execFileSync('git', ['-C', this.directory, ...words], {
        input,
        env: environment,
        stdio: ['pipe', 'pipe', 'pipe'],
        maxBuffer: 1 << 28,
      });
    } catch (error) {
      const { status, stdout } = error as { status: number; stdout: Buffer };
      if (words.includes('merge-tree') && status === 1) return stdout;
      throw error;
    }
  }

  /** Commits of a base and of two sides based on it. */
  threeWay(
    base: FixtureFiles,
    ours: FixtureFiles,
    theirs: FixtureFiles,
  ): { base: string; ours: string; theirs: string } {
    const parts: Buffer[] = [];
    const add = (name: string, leaves: FixtureFiles, parent: string | null) => {
      parts.push(Buffer.from(`commit refs/heads/${name}\ncommitter T <t@t> 0 +0000\ndata 1\nx\n`));
      if (parent !== null) parts.push(Buffer.from(`from refs/heads/${parent}\n`));
      parts.push(Buffer.from('deleteall\n'));
      for (const [path, leaf] of Object.entries(leaves)) parts.push(...writeFixtureFile(path, leaf));
    };
    parts.push(Buffer.from('reset refs/heads/base\n\n'));
    add('base', base, null);
    add('ours', ours, 'base');
    add('theirs', theirs, 'base');
    this.run(['fast-import', '--quiet', '--force'], Buffer.concat(parts));
    const [baseOid = '', oursOid = '', theirsOid = ''] = this.git('rev-parse', 'base', 'ours', 'theirs').split('\n');
    return { base: baseOid, ours: oursOid, theirs: theirsOid };
  }

  /** Trees with exactly these files. */
  trees(all: readonly FixtureFiles[]): string[] {
    const parts = all.flatMap((leaves, index) => [
      Buffer.from(`reset refs/heads/t${index}\n\ncommit refs/heads/t${index}\ncommitter T <t@t> 0 +0000\ndata 1\nx\n`),
      Buffer.from('deleteall\n'),
      ...Object.entries(leaves).flatMap(([path, leaf]) => writeFixtureFile(path, leaf)),
    ]);
    this.run(['fast-import', '--quiet', '--force'], Buffer.concat(parts));
    return this.git('rev-parse', ...all.map((_, index) => `t${index}^{tree}`)).split('\n');
  }

  /** Content at a path of a tree. */
  read(tree: string, path: string): string {
    return this.run(['cat-file', 'blob', `${tree}:${path}`]).toString('latin1');
  }

  paths(tree: string): string[] {
    return this.run(['ls-tree', '-r', '-z', '--name-only', tree]).toString('utf8').split('\0').slice(0, -1);
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function writeFixtureFile(path: string, leaf: FixtureFile): Buffer[] {
  const mode = typeof leaf === 'object' && 'mode' in leaf ? leaf.mode : '100644';
  const content = Buffer.from(typeof leaf === 'object' && 'mode' in leaf ? leaf.content : leaf);
  const quoted = `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
  const name = Buffer.from(quoted);
  if (mode === '160000') return [Buffer.from(`M ${mode} ${content} `), name, Buffer.from('\n')];
  return [
    Buffer.from(`M ${mode} inline `),
    name,
    Buffer.from(`\ndata ${content.length}\n`),
    content,
    Buffer.from('\n'),
  ];
}
