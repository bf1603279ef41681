import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { Trial } from './trial.ts';

export const files = { 'a.txt': 'a\n', 'b.txt': 'b\n', 'dir/c.txt': 'c\n', '.gitignore': '*.log\n' };

/** A result that changes, adds and deletes, and how to land it. */
export async function prepared(trial: Trial, options: Parameters<Trial['project']>[0] = {}) {
  const project = trial.project(options);
  const { commit: base, tree: from } = await project.head();
  const oid = await project.writeBlob(Buffer.from('landed\n'));
  const edits = [
    { path: 'a.txt', oid },
    { path: 'new/n.txt', oid, mode: '100755' },
    { path: 'b.txt', oid: null },
  ];
  const tree = await project.writeTree(from, edits);
  const message = 'Land it\n\n# kept, although it looks like a comment';
  return { project, options: { key: 'plan-1', base, tree, message } };
}

export const checkout = { kind: 'checkout' } as const;
/** Gives the user a hook. */
export const hook = async (trial: Trial, name: string, script: string, folder = '.git/hooks') => {
  await trial.write(`${folder}/${name}`, `#!/bin/sh\n${script}\n`);
  await chmod(join(trial.root, folder, name), 0o755);
};
