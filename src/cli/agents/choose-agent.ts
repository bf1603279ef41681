import { presets } from '../../agents.ts';
import { closest, TroupeError } from '../../index.ts';
import type { CommandContext } from '../command.ts';
import type { Io } from '../io.ts';
import { appendFlag } from '../output/hints.ts';
import type { OwnAgents } from '../project/config.ts';
import { isInteractive, promptLine } from '../prompts/prompt.ts';
import { findInstalledAgent, findInstalledAgents, type InstalledAgent, installCommand } from './agent-status.ts';

/**
 * Returns the agent for a goal: that of `--agent`, else that of the configuration, else the only one that is installed, else
 * the one that you choose.
 * @throws {TroupeError} UNKNOWN_AGENT, AGENT_UNAVAILABLE, USAGE when several are installed and there is no terminal, CANCELLED
 */
export async function chooseAgent(
  context: CommandContext,
  { configured, own }: { configured: string | undefined; own: OwnAgents },
): Promise<string> {
  const wanted = context.args.text('agent');
  const named = wanted ?? configured;
  if (named !== undefined) {
    const where = wanted === undefined ? 'agent in config.yaml' : '--agent';
    // Your own agents are checked when the plan starts, like those of an action.
    if (own[named] === undefined) await requireInstalled(named, context.io.env, where);
    return named;
  }
  const installed = await findInstalledAgents(context.io.env);
  const [only, ...others] = installed;
  if (only === undefined) throw noAgentError();
  if (others.length === 0) return only.preset.name;
  return isInteractive(context) ? promptForAgent(context, installed) : throwSeveral(context, installed);
}

/** @throws {TroupeError} UNKNOWN_AGENT, AGENT_UNAVAILABLE */
export async function requireInstalled(name: string, env: Io['env'], where: string): Promise<InstalledAgent> {
  const preset = presets[name];
  if (preset === undefined) {
    const names = Object.keys(presets);
    const intended = closest(name, names);
    throw new TroupeError(
      'UNKNOWN_AGENT',
      `There is no agent "${name}"${intended === null ? '' : `; did you mean ${intended}?`} Known are ${names.join(', ')}`,
      { where, hints: ['troupe agent list'], details: { known: names } },
    );
  }
  const found = await findInstalledAgent(preset, env);
  if (found !== null) return found;
  const install = installCommand(preset);
  throw new TroupeError('AGENT_UNAVAILABLE', `${preset.title} is not installed: ${preset.program} is not on the PATH`, {
    where,
    hints: [...(install === null ? [] : [install]), 'troupe agent list'],
  });
}

function noAgentError(): TroupeError {
  const programs = Object.values(presets).map(({ program }) => program);
  return new TroupeError('AGENT_UNAVAILABLE', `No agent is installed: none of ${programs.join(', ')} is on the PATH`, {
    hints: ['troupe agent list', 'troupe help run'],
  });
}

function throwSeveral({ commandLine }: CommandContext, installed: readonly InstalledAgent[]): never {
  const names = installed.map(({ preset }) => preset.name);
  throw new TroupeError('USAGE', `Several agents are installed, and none was chosen: ${names.join(', ')}`, {
    where: '--agent',
    hints: names.slice(0, 3).map(name => appendFlag(commandLine, `--agent ${name}`)),
  });
}

async function promptForAgent({ io }: CommandContext, installed: readonly InstalledAgent[]): Promise<string> {
  const lines = installed.map(({ preset }, at) => `  ${at + 1}  ${preset.name}  ${preset.title}\n`);
  const answer = await promptLine(io, `Which agent works on it?\n${lines.join('')}A number or a name: `);
  const chosen = installed.find(({ preset }, at) => answer === preset.name || answer === String(at + 1));
  if (chosen !== undefined) return chosen.preset.name;
  throw new TroupeError('CANCELLED', 'No agent was chosen; nothing was started', { hints: ['troupe agent list'] });
}
