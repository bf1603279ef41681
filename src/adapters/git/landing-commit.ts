import { resolve } from 'node:path';
import { Fault } from '../../model/fault.ts';
import type { Ground } from './ground.ts';
import type { Sandboxes } from './sandboxes.ts';
import { listChanges } from './trees.ts';

export interface CommitOptions {
  /** Names the sandbox the commit is made in. */
  id: string;
  /** The parent. */
  base: string;
  tree: string;
  message: string;
  /** How long hooks and signing may take. */
  hookTimeoutMs: number;
}

/**
 * The one commit that is the user's: their name, their hooks, their signature. It is made in a sandbox, so that hooks
 * find the files of the result and cannot touch the checkout; what they change beside the message refuses it.
 * @throws {Fault} HOOK_REFUSED, USAGE (nobody to commit as)
 */
export async function makeCommit(ground: Ground, sandboxes: Sandboxes, options: CommitOptions): Promise<string> {
  await requireIdentity(ground);
  const key = `landing/${options.id}`;
  const { path } = await sandboxes.open({ key, tree: options.tree, head: options.base });
  try {
    const git = ground.files.at({ cwd: path, config: await hooksOf(ground) });
    const words = ['commit', '--quiet', '--allow-empty', '--allow-empty-message', '--cleanup=whitespace', '--file=-'];
    const { code, stdout, stderr } = await git.attempt(words, {
      input: options.message,
      theirs: true,
      timeoutMs: options.hookTimeoutMs,
    });
    const said = `${stdout.toString()}${stderr}`.trim();
    if (code !== 0) throw refused('the commit was refused', said, []);
    const [commit = '', tree = '', parent = ''] = (await git.ask(['rev-parse', 'HEAD', 'HEAD^{tree}', 'HEAD^'])).split(
      '\n',
    );
    if (tree !== options.tree || parent !== options.base) {
      const changed = (await listChanges(ground, options.tree, tree)).map(change => change.path);
      throw refused(`a hook changed what was reviewed: ${changed.join(', ')}`, said, changed);
    }
    return commit;
  } finally {
    await sandboxes.remove({ key, pin: null });
  }
}

/** @throws {Fault} USAGE when git does not know who commits */
export async function requireIdentity({ files }: Ground): Promise<void> {
  for (const who of ['GIT_AUTHOR_IDENT', 'GIT_COMMITTER_IDENT']) {
    const { code, stderr } = await files.attempt(['var', who]);
    if (code === 0) continue;
    throw new Fault('USAGE', 'git does not know who makes the commit', {
      where: files.place.cwd,
      hints: ['git config user.name "Your Name"', 'git config user.email you@example.com'],
      details: { stderr },
    });
  }
}

/** A hooks folder given relative to the checkout is meant in the checkout: in the sandbox it may not exist. */
async function hooksOf({ files, root }: Ground): Promise<string[]> {
  const { code, stdout } = await files.attempt(['config', '--type=path', 'core.hooksPath'], { theirs: true });
  return code === 0 ? [`core.hooksPath=${resolve(root, stdout.toString().trimEnd())}`] : [];
}

function refused(why: string, output: string, files: string[]): Fault {
  return new Fault('HOOK_REFUSED', output === '' ? why : `${why}: ${output.slice(-2000)}`, {
    hints: ['troupe plan apply --patch FILE  # then git apply --index FILE and commit by hand'],
    details: { output, files },
  });
}
