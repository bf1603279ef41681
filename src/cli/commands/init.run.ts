import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { presets } from '../../agents.ts';
import { TroupeError } from '../../index.ts';
import { hasCode } from '../../model/caught-error.ts';
import { requireAgent } from '../agents/choose-agent.ts';
import type { CommandContext, RunCommand } from '../command.ts';
import { setConfiguredAgent } from '../project/config.ts';
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

# Runs on the result; a result that fails a required check is never applied.
validations:
  - name: the greeting is there
    argv: [test, -s, hello.txt]
`;

export const run: RunCommand = async context => {
  const { io, globals, args } = context;
  if (args.has('directory')) await mkdir(join(globals.directory, projectMarkerDir), { recursive: true, mode: 0o700 });
  const place = await locateProject({ ...globals, env: io.env });
  const agent = await agentFromFlags(context);
  const file = join(place.root, 'troupe', `${agent ?? 'hello'}.yaml`);
  await mkdir(join(place.root, 'troupe'), { recursive: true });
  const created = await writeOnce(file, agent === null ? exampleAction : agentAction(agent));
  const config = agent === null ? null : await setConfiguredAgent(place, agent);
  const shown = relative(globals.directory, file);
  const next =
    agent === null
      ? [`troupe run -f ${shown}`, 'troupe plan diff', 'troupe plan apply']
      : [
          'troupe run "fix the flaky test"',
          `troupe run -f ${shown} "fix the flaky test"`,
          `troupe agent test ${agent}`,
        ];
  return {
    data: {
      ...{ root: place.root, store: place.home, kind: place.kind, file, created },
      agent: agent === null ? null : { name: agent, config },
      next,
    },
    text: text(context, { shown, created, agent, next }),
  };
};

/** @throws {TroupeError} UNKNOWN_AGENT, AGENT_UNAVAILABLE */
async function agentFromFlags({ args, io }: CommandContext): Promise<string | null> {
  const agent = args.text('agent');
  if (agent === undefined) return null;
  await requireAgent(agent, { env: io.env, where: '--agent' });
  return agent;
}

/** An action that says what else can be said of work for an agent. */
const agentAction = (
  agent: string,
) => `# An action: a template of plans. Run it with a goal: troupe run -f troupe/${agent}.yaml "fix the flaky test"
# Every key is described by: troupe help action
name: local/${agent}
description: The goal; one on the command line replaces it

# Works in a sandbox, never in your checkout. ${modelHint(agent)}
executionActor: ${agent}

# Looks at the project first, and may split the goal into subplans that run in parallel.
# strategyActor: ${agent}

# Run on the result, which is not applied unless they pass. The agent is asked to fix what fails.
# validations:
#   - { name: tests, argv: [npm, test] }

# What a sandbox needs before programs run in it.
# setup: { link: [node_modules] }
`;

const modelHint = (agent: string) =>
  presets[agent] === undefined
    ? 'config.yaml describes it.'
    : `{kind: preset, agent: ${agent}, model: …} names a model.`;

/** Never overwrites a file. */
async function writeOnce(file: string, content: string): Promise<boolean> {
  try {
    await writeFile(file, content, { flag: 'wx' });
    return true;
  } catch (cause) {
    if (hasCode(cause, 'EEXIST')) return false;
    throw new TroupeError('FILE_NOT_FOUND', 'The example cannot be written here', {
      where: file,
      hints: ['ls -ld .'],
      cause,
    });
  }
}

function text(
  { paint }: CommandContext,
  result: { shown: string; created: boolean; agent: string | null; next: string[] },
): string {
  const { shown, created, agent, next } = result;
  return [
    created ? `Wrote ${shown}` : `${shown} is there already; it was left as it is`,
    ...(agent === null ? [] : [`${agent} works on the goals of troupe run in this project`]),
    ...next.map(command => `  next: ${paint.cyan(command)}`),
  ].join('\n');
}
