import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { TroupeError } from '../../index.ts';
import type { CommandContext, RunCommand } from '../command.ts';
import { locateProject, projectMarkerDir } from '../project/project-location.ts';

/** An action that needs only this file and can run at once. */
const exampleAction = `# An action: a template of plans. Run it with: troupe run -f troupe/hello.yaml
# Every key is described by: troupe help action
name: local/hello
description: Write a greeting to {{whom}}
definitionOfDone: There is a file hello.txt that greets.

arguments:
  whom: { default: the world, description: Who is greeted }

# Works in a sandbox, never in your checkout. Other kinds: script (a module) and command (any program).
executionActor:
  kind: steps
  steps:
    - write: { path: hello.txt, content: "Hello from troupe\\n" }

# Holds at every phase boundary, or the plan stops.
invariants:
  - text: Only the greeting changes
    check: { kind: paths, allow: [hello.txt] }

# Runs on the result; a result that fails a required check never lands.
validations:
  - name: the greeting is there
    argv: [test, -s, hello.txt]
`;

export const run: RunCommand = async context => {
  const { io, globals, args } = context;
  if (args.has('directory')) await mkdir(join(globals.directory, projectMarkerDir), { recursive: true, mode: 0o700 });
  const place = await locateProject({ ...globals, env: io.env });
  const file = join(place.root, 'troupe', 'hello.yaml');
  await mkdir(join(place.root, 'troupe'), { recursive: true });
  const created = await writeOnce(file);
  const shown = relative(globals.directory, file);
  const next = [`troupe run -f ${shown}`, 'troupe plan diff', 'troupe plan apply'];
  return {
    data: { root: place.root, store: place.home, kind: place.kind, file, created, next },
    text: text(context, { shown, created, next }),
  };
};

/** Never overwrites a file. */
async function writeOnce(file: string): Promise<boolean> {
  try {
    await writeFile(file, exampleAction, { flag: 'wx' });
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return false;
    throw new TroupeError('FILE_NOT_FOUND', 'The example cannot be written here', {
      where: file,
      hints: ['ls -ld .'],
      cause,
    });
  }
}

function text({ paint }: CommandContext, facts: { shown: string; created: boolean; next: string[] }): string {
  const { shown, created, next } = facts;
  return [
    created ? `Wrote ${shown}` : `${shown} is there already; it was left as it is`,
    ...next.map(command => `  next: ${paint.cyan(command)}`),
  ].join('\n');
}
