/** States of a project that faults come about in. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { greet } from '../cli/actions.ts';
import type { Repository } from '../cli/repository.ts';
import { told } from '../cli/shell.ts';
import { raisedBy, type State } from './scenario.ts';

/** Runs an action from a file. */
export async function run(project: Repository, text: string, ...words: string[]) {
  project.write('work.yaml', text);
  return told(project, ['run', '-f', 'work.yaml', ...words]);
}

/** The same, for what it is refused or fails with. */
export async function runRaises(project: Repository, text: string, ...words: string[]) {
  project.write('work.yaml', text);
  return raisedBy(project, ['run', '-f', 'work.yaml', ...words]);
}

/** An agent of declared steps. */
export const steps = (...each: string[]) => `{ kind: steps, steps: [${each.join(', ')}] }`;
export const write = (path: string, content: string) => `{ write: { path: ${path}, content: ${content} } }`;
export const subplan = (goal: string, ...each: string[]) =>
  `{ subplan: { goal: ${goal}, resourceScopes: [.], executionActor: ${steps(...each)} } }`;
/** An action with that strategist and that agent. */
export const action = (execution: string, more = '', strategy?: string) =>
  `name: local/work\ndescription: Work\n${strategy === undefined ? '' : `strategyActor: ${strategy}\n`}executionActor: ${execution}\n${more}`;
export const program = (script: string, more = '') =>
  `{ kind: command, argv: [sh, -c, ${JSON.stringify(script)}]${more} }`;

/** Two subplans that write the same lines of two files. */
export const conflicting = (one = 'a.txt', two = 'b.txt') =>
  action(
    steps(),
    '',
    steps(
      subplan('left', write(one, 'left'), write(two, 'left')),
      subplan('right', write(one, 'right'), write(two, 'right')),
    ),
  );

/** A reviewed result: hello.txt is new. */
export const finished: State = { name: 'finished', make: project => run(project, greet) };

/** A strategy that nothing was done about yet. */
export const planned: State = {
  name: 'planned',
  make: async project => {
    project.write('work.yaml', greet);
    await told(project, ['plan', 'use', '-f', 'work.yaml']);
  },
};

export const conflicted: State = { name: 'conflicted', make: project => run(project, conflicting()) };

/** Names that a shell would take for something else. */
export const oddlyConflicted: State = {
  name: 'odd',
  make: project => run(project, conflicting(`"-it's $HOME.txt"`, '"b\\u202e.txt"')),
};

/** A profile that tries nothing again and fixes nothing, and one that names a tool that is not there. */
export const profiles: State = {
  name: 'profiles',
  make: async project => {
    configure(
      project,
      'profiles:\n  once: { retriesMax: 0, fixesMax: 0 }\n  odd: { guards: { denyTools: [no-such-tool] } }\n',
    );
  },
};

export function configure(project: Repository, text: string): void {
  mkdirSync(join(project.folder, '.git/troupe'), { recursive: true });
  writeFileSync(join(project.folder, '.git/troupe/config.yaml'), text);
}

/** Allows `test -e "$HOME/ok"` in programs. */
export const allow = (project: Repository) => writeFileSync(join(project.env.HOME ?? '', 'ok'), '');
