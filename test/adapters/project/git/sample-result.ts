import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitFixture } from './git-fixture.ts';

export const baseFiles = { 'a.txt': 'a\n', 'b.txt': 'b\n', 'dir/c.txt': 'c\n', '.gitignore': '*.log\n' };

/** A result that changes, adds and deletes, and the request to apply it. */
export async function createResult(fixture: GitFixture, options: Parameters<GitFixture['project']>[0] = {}) {
  const project = fixture.project(options);
  const { commit: base, tree: from } = await project.head();
  const oid = await project.writeBlob(Buffer.from('applied\n'));
  const edits = [
    { path: 'a.txt', oid },
    { path: 'new/n.txt', oid, mode: '100755' },
    { path: 'b.txt', oid: null },
  ];
  const tree = await project.writeTree(from, edits);
  const message = 'Land it\n\n# kept, although it looks like a comment';
  return { project, options: { key: 'plan-1', base, tree, message } };
}

export const checkoutTarget = { kind: 'checkout' } as const;
/** Installs a hook of the user. */
export const writeHook = async (fixture: GitFixture, name: string, script: string, folder = '.git/hooks') => {
  await fixture.write(`${folder}/${name}`, `#!/bin/sh\n${script}\n`);
  await chmod(join(fixture.root, folder, name), 0o755);
};
