/** States of a project in which errors are raised. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTroupeJson } from '../cli/run-command.ts';
import { greetAction } from '../cli/sample-actions.ts';
import type { TestRepository } from '../cli/test-repository.ts';
import { errorOfCommand, type ProjectState } from './scenario.ts';

/** Runs an action from a file. */
export async function runAction(project: TestRepository, text: string, ...words: string[]) {
  project.write('work.yaml', text);
  return runTroupeJson(project, ['run', '-f', 'work.yaml', ...words]);
}

/** The same, and returns its error. */
export async function errorOfRun(project: TestRepository, text: string, ...words: string[]) {
  project.write('work.yaml', text);
  return errorOfCommand(project, ['run', '-f', 'work.yaml', ...words]);
}

/** An agent with declared steps. */
export const steps = (...each: string[]) => `{ kind: steps, steps: [${each.join(', ')}] }`;
export const write = (path: string, content: string) => `{ write: { path: ${path}, content: ${content} } }`;
export const subplan = (goal: string, ...each: string[]) =>
  `{ subplan: { goal: ${goal}, resourceScopes: [.], executionActor: ${steps(...each)} } }`;
/** An action with the given strategist and agent. */
export const action = (execution: string, more = '', strategy?: string) =>
  `name: local/work\ndescription: Work\n${strategy === undefined ? '' : `strategyActor: ${strategy}\n`}executionActor: ${execution}\n${more}`;
export const program = (script: string, more = '') =>
  `{ kind: command, argv: [sh, -c, ${JSON.stringify(script)}]${more} }`;

/** Two subplans that write the same lines of two files. */
export const conflictingAction = (one = 'a.txt', two = 'b.txt') =>
  action(
    steps(),
    '',
    steps(
      subplan('left', write(one, 'left'), write(two, 'left')),
      subplan('right', write(one, 'right'), write(two, 'right')),
    ),
  );

/** A reviewed result with a new file hello.txt. */
export const completedState: ProjectState = { name: 'finished', make: project => runAction(project, greetAction) };

/** A strategy that has not been executed. */
export const strategizedState: ProjectState = {
  name: 'planned',
  make: async project => {
    project.write('work.yaml', greetAction);
    await runTroupeJson(project, ['plan', 'use', '-f', 'work.yaml']);
  },
};

export const conflictedState: ProjectState = {
  name: 'conflicted',
  make: project => runAction(project, conflictingAction()),
};

/** Names with a special meaning in a shell. */
export const renameConflictState: ProjectState = {
  name: 'odd',
  make: project => runAction(project, conflictingAction(`"-it's $HOME.txt"`, '"b\\u202e.txt"')),
};

/** A profile without retries and fixes, and one with a missing tool. */
export const profiles: ProjectState = {
  name: 'profiles',
  make: async project => {
    configure(
      project,
      'profiles:\n  once: { retriesMax: 0, fixesMax: 0 }\n  odd: { guards: { denyTools: [no-such-tool] } }\n',
    );
  },
};

export function configure(project: TestRepository, text: string): void {
  mkdirSync(join(project.folder, '.git/troupe'), { recursive: true });
  writeFileSync(join(project.folder, '.git/troupe/config.yaml'), text);
}

/** Allows `test -e "$HOME/ok"` in programs. */
export const allowAll = (project: TestRepository) => writeFileSync(join(project.env.HOME ?? '', 'ok'), '');
