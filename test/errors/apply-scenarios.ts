/** Errors of applying a result, and of rollback. */
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTroupe, runTroupeJson } from '../cli/run-command.ts';
import type { TestRepository } from '../cli/test-repository.ts';
import { action, completedState, configure, runAction, steps, write } from './project-states.ts';
import { type ErrorScenarios, errorAtTerminal, errorOfCommand } from './scenario.ts';

const apply = (project: TestRepository, ...words: string[]) =>
  errorOfCommand(project, ['plan', 'apply', '--yes', ...words]);

function commit(project: TestRepository, path: string, content: string): void {
  project.write(path, content);
  project.git('add', path);
  project.git('commit', '-qm', 'Change');
}

export const applyErrors: ErrorScenarios = {
  DETACHED_HEAD: {
    when: 'no branch is checked out',
    initialState: completedState,
    raise: project => {
      project.git('checkout', '-q', '--detach');
      return apply(project);
    },
  },
  DIRTY_CHECKOUT: {
    when: 'a file of the user has the path of a file in the result',
    initialState: completedState,
    raise: project => {
      project.write('hello.txt', 'mine\n');
      return apply(project);
    },
  },
  TARGET_CHANGED: {
    when: 'another branch is checked out',
    initialState: completedState,
    raise: project => {
      project.git('switch', '-qc', "it's-another");
      return apply(project);
    },
  },
  BASE_MOVED: {
    when: 'the branch has a different hello.txt',
    initialState: completedState,
    raise: project => {
      commit(project, 'hello.txt', 'good day\n');
      return apply(project);
    },
  },
  NOTHING_TO_APPLY: {
    when: 'the branch already has the result',
    initialState: completedState,
    raise: project => {
      commit(project, 'hello.txt', 'hello\n');
      return apply(project);
    },
  },
  HOOK_REFUSED: {
    when: 'a hook of the user rejects the commit',
    initialState: completedState,
    raise: project => {
      chmodSync(project.write('.git/hooks/pre-commit', '#!/bin/sh\necho not on a Friday\nexit 1\n'), 0o755);
      return apply(project);
    },
    repair: project => rmSync(join(project.folder, '.git/hooks/pre-commit')),
  },
  HOOK_TIMED_OUT: {
    when: 'a hook of the user does not exit',
    initialState: completedState,
    raise: project => {
      configure(project, 'apply: { hookTimeoutSeconds: 0.5 }\n');
      chmodSync(project.write('.git/hooks/pre-commit', '#!/bin/sh\nexec sleep 60\n'), 0o755);
      return apply(project);
    },
    repair: project => rmSync(join(project.folder, '.git/hooks/pre-commit')),
  },
  GIT_FAILED: {
    when: 'another git process left a lock file of the branch',
    initialState: completedState,
    raise: project => {
      project.write('.git/refs/heads/kept.lock', '');
      return apply(project, '--branch', 'kept');
    },
  },
  CANCELLED: {
    when: 'the user does not confirm',
    initialState: completedState,
    raise: project => errorAtTerminal(project, ['plan', 'apply'], { answer: 'no' }),
  },
  SANDBOX_LOST: {
    when: 'the sandbox of a plan to roll back was removed',
    initialState: completedState,
    raise: async project => {
      const { checkpoint, sandbox } = await firstCheckpoint(project);
      rmSync(sandbox, { recursive: true });
      return errorOfCommand(project, ['plan', 'rollback', checkpoint, '--yes']);
    },
  },
  SANDBOX_EDITED: {
    when: 'the user changed a file in the sandbox of a plan to roll back',
    initialState: completedState,
    raise: async project => {
      const { checkpoint, sandbox } = await firstCheckpoint(project);
      writeFileSync(join(sandbox, 'hello.txt'), 'edited\n');
      return errorOfCommand(project, ['plan', 'rollback', checkpoint, '--yes']);
    },
  },
  CHECKPOINT_LOST: {
    when: 'git removed the files of a checkpoint',
    raise: async project => {
      await runAction(project, action(steps(write('one.txt', 'x'), write('two.txt', 'x'))));
      const made = (await checkpoints(project)).find(({ trigger }) => trigger === 'afterToolExecute');
      const tree = made?.tree_oid ?? '';
      rmSync(join(project.folder, '.git/objects', tree.slice(0, 2), tree.slice(2)));
      return errorOfCommand(project, ['plan', 'rollback', made?.checkpoint_id ?? '', '--yes']);
    },
    // It names what is missing, and ends.
    repeatsFor: /^git fsck/,
  },
  EXPORT_DAMAGED: {
    when: 'a line of an export was changed',
    initialState: completedState,
    raise: async project => {
      await runTroupe(project, ['export', '--output', 'plan.jsonl']);
      const file = join(project.folder, 'plan.jsonl');
      writeFileSync(file, readFileSync(file, 'utf8').replace('"hello', '"hallo'));
      return errorOfCommand(project, ['import', 'plan.jsonl']);
    },
  },
  PLAN_EXISTS: {
    when: 'a plan is imported into the store it was exported from',
    initialState: completedState,
    raise: async project => {
      await runTroupe(project, ['export', '--output', 'plan.jsonl']);
      return errorOfCommand(project, ['import', 'plan.jsonl']);
    },
  },
  FILES_MISSING: {
    when: 'a store is opened in a clone of the repository in which its plan worked',
    initialState: completedState,
    raise: project => {
      // Without it, the clone gets all objects.
      project.git('clone', '-q', '--no-local', '.', '../clone');
      return errorOfCommand(project, [
        '-C',
        '../clone',
        '--store',
        join(project.folder, '.git', 'troupe'),
        'plan',
        'diff',
      ]);
    },
  },
  BASE_MISSING: {
    when: 'a plan is imported whose commit is in another repository',
    initialState: completedState,
    raise: async project => {
      await runTroupe(project, ['export', '--output', '../plan.jsonl']);
      rmSync(join(project.folder, '.git'), { recursive: true });
      project.git('init', '-q', '-b', 'main');
      project.git('-c', 'user.name=A', '-c', 'user.email=a@b.c', 'commit', '-q', '--allow-empty', '-m', 'Other');
      return errorOfCommand(project, ['import', '../plan.jsonl']);
    },
  },
};

interface CheckpointRow {
  checkpoint_id: string;
  trigger: string;
  tree_oid: string;
}

const checkpoints = async (project: TestRepository) =>
  (await runTroupeJson(project, ['plan', 'checkpoint', 'list'])).data.checkpoints as CheckpointRow[];

async function firstCheckpoint(project: TestRepository): Promise<{ checkpoint: string; sandbox: string }> {
  const [, sandbox = ''] = project.git('worktree', 'list', '--porcelain').match(/(?<=^worktree ).*$/gm) ?? [];
  const [oldest] = await checkpoints(project);
  return { checkpoint: oldest?.checkpoint_id ?? '', sandbox };
}
