import { resolve } from 'node:path';
import { commandHint } from '../../../model/command-hint.ts';
import { TroupeError } from '../../../model/errors.ts';
import { truncateStart } from '../../../model/truncate.ts';
import { killTaggedProcesses } from '../../process/tagged-processes.ts';
import type { RunInterruption } from './collect-output.ts';
import type { ProjectRepository } from './repository.ts';
import type { Sandboxes } from './sandboxes.ts';
import { listChanges } from './trees.ts';

export interface CommitOptions {
  /** Identifies the sandbox in which the commit is made. */
  id: string;
  /** The parent. */
  base: string;
  tree: string;
  message: string;
  hooks: HookLimits;
}

/** Limits of hooks and signing, and the tag of their processes. */
export interface HookLimits {
  timeoutMs: number;
  /** When aborted, nothing is committed. @default never */
  signal?: AbortSignal | undefined;
  /** Tag of all their processes, the same for each attempt of one apply. */
  processTag: string;
}

/**
 * Creates the one commit in your name, with your hooks and your signature. Works in a sandbox, so that hooks find the
 * files of the result and cannot change the checkout; a change besides the message fails it.
 * @throws {TroupeError} HOOK_REFUSED, HOOK_TIMED_OUT, CANCELLED, USAGE (no identity to commit as)
 */
export async function createCommit(
  ground: ProjectRepository,
  sandboxes: Sandboxes,
  options: CommitOptions,
): Promise<string> {
  await requireIdentity(ground);
  const { hooks } = options;
  // Of an attempt whose process crashed: a hook must not run twice at the same time.
  await killTaggedProcesses(hooks.processTag);
  const key = `apply/${options.id}`;
  // It may contain locks of a killed git.
  if (await sandboxes.has(key)) await sandboxes.remove({ key, pin: null });
  const { path } = await sandboxes.open({ key, tree: options.tree, head: options.base });
  try {
    const git = ground.files.at({ cwd: path, config: await hooksOf(ground) });
    const words = ['commit', '--quiet', '--allow-empty', '--allow-empty-message', '--cleanup=whitespace', '--file=-'];
    assertNotAborted(hooks.signal);
    const how = { input: options.message, runUserHooks: true, ...hooks };
    const { code, stdout, stderr, cut } = await git.tryRun(words, how);
    const message = `${stdout.toString()}${stderr}`.trim();
    if (cut !== undefined) throw cut.by === 'signal' ? cancelled() : hookTimeoutError(ground, cut, hooks, message);
    if (code !== 0) throw hookError('the commit was refused', message, []);
    const [commit = '', tree = '', parent = ''] = (await git.text(['rev-parse', 'HEAD', 'HEAD^{tree}', 'HEAD^'])).split(
      '\n',
    );
    if (tree !== options.tree || parent !== options.base) {
      const changed = (await listChanges(ground, options.tree, tree)).map(change => change.path);
      throw hookError(`a hook changed what was reviewed: ${changed.join(', ')}`, message, changed);
    }
    return commit;
  } finally {
    await sandboxes.remove({ key, pin: null });
  }
}

/** @throws {TroupeError} CANCELLED */
export function assertNotAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled();
}

const cancelled = () => new TroupeError('CANCELLED', 'Applying was stopped, and nothing was applied');

function hookTimeoutError(
  { root }: ProjectRepository,
  { hung }: RunInterruption,
  { timeoutMs }: HookLimits,
  output: string,
): TroupeError {
  const what = hung ?? 'a hook or the signing program';
  const seconds = `${timeoutMs / 1000} s`;
  const message = `${what[0]?.toUpperCase()}${what.slice(1)} did not end within ${seconds}. It was ended with all that it started, and nothing was applied`;
  return new TroupeError('HOOK_TIMED_OUT', message, {
    where: root,
    hints: [
      commandHint('plan apply', {
        note: 'once it ends by itself; apply.hookTimeoutSeconds in config.yaml gives it longer',
      }),
      manualApplyHint,
    ],
    details: { hung, timeoutMs, output: output.slice(-2000) },
  });
}

/** @throws {TroupeError} USAGE when git has no identity for the committer */
export async function requireIdentity({ files }: ProjectRepository): Promise<void> {
  for (const who of ['GIT_AUTHOR_IDENT', 'GIT_COMMITTER_IDENT']) {
    const { code, stderr } = await files.tryRun(['var', who]);
    if (code === 0) continue;
    throw new TroupeError('USAGE', 'git does not know who makes the commit', {
      where: files.location.cwd,
      hints: ['git config user.name "$(id -un)"', 'git config user.email "$(id -un)@$(uname -n)"'],
      details: { stderr },
    });
  }
}

/** A relative hooks folder is resolved in the checkout, because it may not exist in the sandbox. */
async function hooksOf({ files, root }: ProjectRepository): Promise<string[]> {
  const { code, stdout } = await files.tryRun(['config', '--type=path', 'core.hooksPath'], { runUserHooks: true });
  return code === 0 ? [`core.hooksPath=${resolve(root, stdout.toString().trimEnd())}`] : [];
}

const manualApplyHint = commandHint('plan apply', { options: { patch: null }, note: 'a file for git apply' });

function hookError(why: string, output: string, files: string[]): TroupeError {
  return new TroupeError('HOOK_REFUSED', output === '' ? why : `${why}: ${truncateStart(output, 2000)}`, {
    hints: [manualApplyHint],
    details: { output, files },
  });
}
