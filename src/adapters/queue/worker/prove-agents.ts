/** What a worker says of its agents, it has tried: their programs are there, and print a version. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { commandHint } from '../../../model/command-hint.ts';
import { TroupeError } from '../../../model/errors.ts';
import type { AgentPreset } from '../../agents/presets/agent-preset.ts';
import { presets } from '../../agents/presets/index.ts';
import { presetVariables } from '../../agents/presets/preset-command.ts';
import { locateProgram } from '../../process/locate.ts';

/** Agents that need no program: declared steps, and models over the network. */
const withoutProgram = ['steps', 'llm'];
const versionMs = 10_000;

/**
 * Returns the agents of a worker with the versions of their programs.
 * @param wanted the names; null: every preset that is installed, and `steps`
 * @throws {TroupeError} UNKNOWN_AGENT; AGENT_UNAVAILABLE for one that is wanted and not installed
 */
export async function proveAgents(
  wanted: readonly string[] | null,
  { env, agentEnv }: { env: Record<string, string>; agentEnv: Record<string, string> },
): Promise<Record<string, string | null>> {
  const names = wanted ?? ['steps', ...Object.keys(presets)];
  const found = await Promise.all(
    names.map(async (name): Promise<[string, string | null] | null> => {
      if (withoutProgram.includes(name)) return [name, null];
      const preset = presets[name];
      if (preset === undefined) throw unknownError(name);
      const program = await locateProgram(preset.program, '/', env);
      if (program !== null)
        return [name, await versionOf(preset, program, { ...env, ...presetVariables(preset, agentEnv) })];
      if (wanted === null) return null;
      throw new TroupeError(
        'AGENT_UNAVAILABLE',
        `The agent ${name} is not installed: there is no program ${preset.program}`,
        {
          where: name,
          hints: [commandHint('agent list')],
        },
      );
    }),
  );
  return Object.fromEntries(found.filter(each => each !== null));
}

async function versionOf(preset: AgentPreset, program: string, env: Record<string, string>): Promise<string | null> {
  const asked = promisify(execFile)(program, [...preset.versionArgs], {
    env: { ...env, ...preset.environment },
    timeout: versionMs,
    killSignal: 'SIGKILL',
  });
  asked.child.stdin?.end();
  const printed = await asked.catch(() => null);
  return /\d+\.\d+[\w.+-]*/.exec(`${printed?.stdout ?? ''}\n${printed?.stderr ?? ''}`)?.[0] ?? null;
}

function unknownError(name: string): TroupeError {
  const known = [...withoutProgram, ...Object.keys(presets)].join(', ');
  return new TroupeError('UNKNOWN_AGENT', `A worker can have no agent ${name}; known: ${known}`, {
    where: name,
    hints: [commandHint('agent list')],
  });
}
