/** Errors of typed input, and of files. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTroupe, runTroupeJson } from '../cli/run-command.ts';
import { greetAction } from '../cli/sample-actions.ts';
import { createEmptyFolder, type TestRepository } from '../cli/test-repository.ts';
import { completedState, configure, conflictedState, errorOfRun, renameConflictState } from './project-states.ts';
import { type ErrorScenarios, errorAtTerminal, errorOfCommand } from './scenario.ts';

export const inputErrors: ErrorScenarios = {
  USAGE: {
    when: 'a conflict is resolved in two ways at once, in a file whose name is special in a shell',
    initialState: renameConflictState,
    raise: project =>
      errorAtTerminal(project, ['plan', 'resolve', '--take', 'ours', '--edit', '--', "-it's $HOME.txt"]),
  },
  INVALID_ACTION: {
    when: 'an action has no description',
    raise: project => errorOfRun(project, 'name: local/x\nexecutionActor: { kind: steps, steps: [] }\n'),
  },
  INVALID_ARGUMENT: {
    when: 'an action from a file gets an unknown argument',
    raise: project => errorOfRun(project, greetAction, '--arg', 'whom=Ada'),
  },
  INVALID_NAME: {
    when: 'the name of an action has a space in it',
    raise: project => errorOfRun(project, greetAction.replace('local/greet', '"no name"')),
  },
  INVALID_CONFIG: {
    when: 'the settings of the project have an unknown key',
    raise: project => {
      configure(project, 'profiles: 7\n');
      return errorOfCommand(project, ['plan', 'list']);
    },
    repair: project => configure(project, '{}\n'),
  },
  INVALID_INVARIANT: {
    when: 'a global invariant was edited by hand',
    raise: async project => {
      await runTroupeJson(project, ['invariant', 'add', 'keep it', '--global']);
      const invariantFolder = join(project.env.HOME ?? '', '.config/troupe/invariants');
      const [file = ''] = filesIn(invariantFolder);
      writeFileSync(file, 'text: 7\n');
      return errorOfCommand(project, ['invariant', 'list']);
    },
  },
  UNKNOWN_KEY: {
    when: 'a key of an action is misspelt',
    raise: project => errorOfRun(project, `${greetAction}invarants: []\n`),
  },
  UNKNOWN_ACTION: {
    when: 'the action is not stored',
    raise: project => errorOfCommand(project, ['run', '--action', 'local/none']),
  },
  UNKNOWN_PROFILE: {
    when: 'no profile has that name',
    raise: project => errorOfRun(project, greetAction, '--profile', 'bold'),
  },
  UNKNOWN_SESSION: {
    when: 'the plan has no agent with a session',
    initialState: completedState,
    raise: project => errorOfCommand(project, ['agent', 'resume']),
  },
  UNKNOWN_PLAN: {
    when: 'there is no plan yet',
    raise: project => errorOfCommand(project, ['plan', 'status']),
  },
  UNKNOWN_CHECKPOINT: {
    when: 'two checkpoints have the same label',
    initialState: completedState,
    raise: async project => {
      for (const _ of [1, 2]) await runTroupe(project, ['plan', 'checkpoint', 'create', '--label', 'good one']);
      return errorOfCommand(project, ['plan', 'rollback', 'good one']);
    },
  },
  UNKNOWN_CONFLICT: {
    when: 'another path is in conflict',
    initialState: conflictedState,
    raise: project => errorOfCommand(project, ['plan', 'resolve', 'c.txt', '--take', 'ours']),
  },
  UNKNOWN_CORRECTION: {
    when: 'the plan has no correction',
    initialState: completedState,
    raise: project => errorOfCommand(project, ['plan', 'diff', '--correction', '7Q3K2M9P']),
  },
  UNKNOWN_DECISION: {
    when: 'the plan does not have the decision',
    initialState: completedState,
    raise: project => errorOfCommand(project, ['plan', 'correct', '7Q3K2M9P', '--guidance', 'x']),
  },
  UNKNOWN_INVARIANT: {
    when: 'the invariant does not exist',
    raise: project => errorOfCommand(project, ['invariant', 'remove', '7Q3K2M9P']),
  },
  FILE_NOT_FOUND: {
    when: 'the file of an action does not exist',
    raise: project => errorOfCommand(project, ['run', '-f', 'none.yaml']),
  },
  FILE_EXISTS: {
    when: 'the patch file already exists and has a space in its name',
    initialState: completedState,
    raise: project => {
      project.write('my result.patch', 'mine\n');
      return errorOfCommand(project, ['plan', 'apply', '--patch', 'my result.patch', '--yes']);
    },
  },
  NOT_A_PROJECT: {
    when: 'a folder is neither a repository nor marked as a project',
    project: emptyWithIdentity,
    raise: project => errorOfCommand(project, ['plan', 'list']),
  },
  NO_COMMITS: {
    when: 'a repository has no commit',
    project: () => {
      const project = emptyWithIdentity();
      project.git('init', '-q');
      return project;
    },
    raise: project => errorOfRun(project, greetAction),
  },
};

/** git takes the author from the settings of the user. */
function emptyWithIdentity(): TestRepository {
  const project = createEmptyFolder();
  project.write('../.gitconfig', '[user]\n  name = A User\n  email = user@example.com\n');
  return project;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder).map(name => join(folder, name));
}
