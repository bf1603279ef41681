/** Errors of what is typed, and of what is written in files. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTroupe, runTroupeJson } from '../cli/run-command.ts';
import { greetAction } from '../cli/sample-actions.ts';
import { createEmptyFolder, type TestRepository } from '../cli/test-repository.ts';
import { completedState, configure, conflictedState, errorOfRun, renameConflictState } from './project-states.ts';
import { type ErrorScenarios, errorAtTerminal, errorOfCommand } from './scenario.ts';

export const inputErrors: ErrorScenarios = {
  USAGE: {
    when: 'a file is to be settled in two availableCommands at once, and a shell would take its name for something else',
    initialState: renameConflictState,
    raise: project =>
      errorAtTerminal(project, ['plan', 'resolve', '--take', 'ours', '--edit', '--', "-it's $HOME.txt"]),
  },
  INVALID_ACTION: {
    when: 'an action has no description',
    raise: project => errorOfRun(project, 'name: local/x\nexecutionActor: { kind: steps, steps: [] }\n'),
  },
  INVALID_ARGUMENT: {
    when: 'an action from a file has no such argument',
    raise: project => errorOfRun(project, greetAction, '--arg', 'whom=Ada'),
  },
  INVALID_NAME: {
    when: 'the name of an action has a space in it',
    raise: project => errorOfRun(project, greetAction.replace('local/greet', '"no name"')),
  },
  INVALID_CONFIG: {
    when: 'the settings of the project have a key that is none',
    raise: project => {
      configure(project, 'profiles: 7\n');
      return errorOfCommand(project, ['plan', 'list']);
    },
    repair: project => configure(project, '{}\n'),
  },
  INVALID_INVARIANT: {
    when: 'a rule that holds for all projects was edited by hand',
    raise: async project => {
      await runTroupeJson(project, ['invariant', 'add', 'keep it', '--global']);
      const shelf = join(project.env.HOME ?? '', '.config/troupe/invariants');
      const [file = ''] = filesIn(shelf);
      writeFileSync(file, 'text: 7\n');
      return errorOfCommand(project, ['invariant', 'list']);
    },
  },
  UNKNOWN_KEY: {
    when: 'a key of an action is misspelt',
    raise: project => errorOfRun(project, `${greetAction}invarants: []\n`),
  },
  UNKNOWN_ACTION: {
    when: 'no such action is stored',
    raise: project => errorOfCommand(project, ['run', '--action', 'local/none']),
  },
  UNKNOWN_PROFILE: {
    when: 'no profile has that name',
    raise: project => errorOfRun(project, greetAction, '--profile', 'bold'),
  },
  UNKNOWN_PLAN: {
    when: 'there is no plan yet',
    raise: project => errorOfCommand(project, ['plan', 'status']),
  },
  UNKNOWN_CHECKPOINT: {
    when: 'two checkpoints have one label',
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
    when: 'nothing was corrected',
    initialState: completedState,
    raise: project => errorOfCommand(project, ['plan', 'diff', '--correction', '7Q3K2M9P']),
  },
  UNKNOWN_DECISION: {
    when: 'the plan has no such decision',
    initialState: completedState,
    raise: project => errorOfCommand(project, ['plan', 'correct', '7Q3K2M9P', '--guidance', 'x']),
  },
  UNKNOWN_INVARIANT: {
    when: 'there is no such rule',
    raise: project => errorOfCommand(project, ['invariant', 'remove', '7Q3K2M9P']),
  },
  FILE_NOT_FOUND: {
    when: 'the file of an action is not there',
    raise: project => errorOfCommand(project, ['run', '-f', 'none.yaml']),
  },
  FILE_EXISTS: {
    when: 'a file with a space in its name is where a patch is to be written',
    initialState: completedState,
    raise: project => {
      project.write('my result.patch', 'mine\n');
      return errorOfCommand(project, ['plan', 'apply', '--patch', 'my result.patch', '--yes']);
    },
  },
  NOT_A_PROJECT: {
    when: 'a folder has neither a repository nor a mark',
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

/** git knows who commits from the settings of the person. */
function emptyWithIdentity(): TestRepository {
  const project = createEmptyFolder();
  project.write('../.gitconfig', '[user]\n  name = A User\n  email = user@example.com\n');
  return project;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder).map(name => join(folder, name));
}
