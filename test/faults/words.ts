/** Faults of what is typed, and of what is written in files. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { greet } from '../cli/actions.ts';
import { emptyFolder, type Repository } from '../cli/repository.ts';
import { told, troupe } from '../cli/shell.ts';
import { raisedAt, raisedBy, type Scenarios } from './scenario.ts';
import { configure, conflicted, finished, oddlyConflicted, runRaises } from './states.ts';

export const wordFaults: Scenarios = {
  USAGE: {
    when: 'a file is to be settled in two ways at once, and a shell would take its name for something else',
    begin: oddlyConflicted,
    raise: project => raisedAt(project, ['plan', 'resolve', '--take', 'ours', '--edit', '--', "-it's $HOME.txt"]),
  },
  INVALID_ACTION: {
    when: 'an action has no description',
    raise: project => runRaises(project, 'name: local/x\nexecutionActor: { kind: steps, steps: [] }\n'),
  },
  INVALID_ARGUMENT: {
    when: 'an action from a file has no such argument',
    raise: project => runRaises(project, greet, '--arg', 'whom=Ada'),
  },
  INVALID_NAME: {
    when: 'the name of an action has a space in it',
    raise: project => runRaises(project, greet.replace('local/greet', '"no name"')),
  },
  INVALID_CONFIG: {
    when: 'the settings of the project have a key that is none',
    raise: project => {
      configure(project, 'profiles: 7\n');
      return raisedBy(project, ['plan', 'list']);
    },
    repair: project => configure(project, '{}\n'),
  },
  INVALID_INVARIANT: {
    when: 'a rule that holds for all projects was edited by hand',
    raise: async project => {
      await told(project, ['invariant', 'add', 'keep it', '--global']);
      const shelf = join(project.env.HOME ?? '', '.config/troupe/invariants');
      const [file = ''] = filesIn(shelf);
      writeFileSync(file, 'text: 7\n');
      return raisedBy(project, ['invariant', 'list']);
    },
  },
  UNKNOWN_KEY: {
    when: 'a key of an action is misspelt',
    raise: project => runRaises(project, `${greet}invarants: []\n`),
  },
  UNKNOWN_ACTION: {
    when: 'no such action is stored',
    raise: project => raisedBy(project, ['run', '--action', 'local/none']),
  },
  UNKNOWN_PROFILE: {
    when: 'no profile has that name',
    raise: project => runRaises(project, greet, '--profile', 'bold'),
  },
  UNKNOWN_PLAN: {
    when: 'there is no plan yet',
    raise: project => raisedBy(project, ['plan', 'status']),
  },
  UNKNOWN_CHECKPOINT: {
    when: 'two checkpoints have one label',
    begin: finished,
    raise: async project => {
      for (const _ of [1, 2]) await troupe(project, ['plan', 'checkpoint', 'create', '--label', 'good one']);
      return raisedBy(project, ['plan', 'rollback', 'good one']);
    },
  },
  UNKNOWN_CONFLICT: {
    when: 'another path is in conflict',
    begin: conflicted,
    raise: project => raisedBy(project, ['plan', 'resolve', 'c.txt', '--take', 'ours']),
  },
  UNKNOWN_CORRECTION: {
    when: 'nothing was corrected',
    begin: finished,
    raise: project => raisedBy(project, ['plan', 'diff', '--correction', '7Q3K2M9P']),
  },
  UNKNOWN_DECISION: {
    when: 'the plan has no such decision',
    begin: finished,
    raise: project => raisedBy(project, ['plan', 'correct', '7Q3K2M9P', '--guidance', 'x']),
  },
  UNKNOWN_INVARIANT: {
    when: 'there is no such rule',
    raise: project => raisedBy(project, ['invariant', 'remove', '7Q3K2M9P']),
  },
  FILE_NOT_FOUND: {
    when: 'the file of an action is not there',
    raise: project => raisedBy(project, ['run', '-f', 'none.yaml']),
  },
  FILE_EXISTS: {
    when: 'a file with a space in its name is where a patch is to be written',
    begin: finished,
    raise: project => {
      project.write('my result.patch', 'mine\n');
      return raisedBy(project, ['plan', 'apply', '--patch', 'my result.patch', '--yes']);
    },
  },
  NOT_A_PROJECT: {
    when: 'a folder has neither a repository nor a mark',
    project: emptyWithIdentity,
    raise: project => raisedBy(project, ['plan', 'list']),
  },
  NO_COMMITS: {
    when: 'a repository has no commit',
    project: () => {
      const project = emptyWithIdentity();
      project.git('init', '-q');
      return project;
    },
    raise: project => runRaises(project, greet),
  },
};

/** git knows who commits from the settings of the person. */
function emptyWithIdentity(): Repository {
  const project = emptyFolder();
  project.write('../.gitconfig', '[user]\n  name = A User\n  email = user@example.com\n');
  return project;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder).map(name => join(folder, name));
}
