import { presets } from '../../agents.ts';
import { closest, TroupeError } from '../../index.ts';
import type { CommandContext } from '../command.ts';
import type { Io } from '../io.ts';
import { appendFlag } from '../output/hints.ts';
import { loadOwnAgents, type OwnAgents } from '../project/config.ts';
import { isInteractive, promptLine } from '../prompts/prompt.ts';
import { findInstalledAgent, findInstalledAgents, type InstalledAgent, installCommand } from './agent-status.ts';
import { listOwnAgents, ownAgentTitle } from './own-agents.ts';

/** An agent to choose from. */
interface Candidate {
  name: string;
  title: string;
}

/**
 * Returns the agent for a goal: that of `--agent`, else that of the configuration, else the only one that is yours or installed,
 * else the one that you choose.
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
    await requireAgent(named, { env: context.io.env, where, own });
    return named;
  }
  const candidates = await findCandidates(own, context.io.env);
  const [only, ...others] = candidates;
  if (only === undefined) throw noAgentError();
  if (others.length === 0) return only.name;
  return isInteractive(context) ? promptForAgent(context, candidates) : throwSeveral(context, candidates);
}

async function findCandidates(own: OwnAgents, env: Io['env']): Promise<Candidate[]> {
  const mine = listOwnAgents(own, env).map(agent => ({ name: agent.name, title: ownAgentTitle(agent) }));
  const installed = (await findInstalledAgents(env)).map(({ preset: { name, title } }) => ({ name, title }));
  return [...mine, ...installed.filter(({ name }) => own[name] === undefined)];
}

/**
 * Requires that there is an agent of this name: one of yours, which is checked when the plan starts like those of an action, or
 * one that is installed.
 * @param own Default: those of the user's configuration
 * @throws {TroupeError} UNKNOWN_AGENT, AGENT_UNAVAILABLE, INVALID_CONFIG
 */
export async function requireAgent(
  name: string,
  { env, where, own }: { env: Io['env']; where: string; own?: OwnAgents },
): Promise<void> {
  const known = own ?? (await loadOwnAgents(env));
  if (known[name] === undefined) await requireInstalled(name, { env, where, own: known });
}

/** @throws {TroupeError} UNKNOWN_AGENT, AGENT_UNAVAILABLE */
export async function requireInstalled(
  name: string,
  { env, where, own }: { env: Io['env']; where: string; own: OwnAgents },
): Promise<InstalledAgent> {
  const preset = presets[name];
  if (preset === undefined) {
    const names = [...new Set([...Object.keys(own), ...Object.keys(presets)])];
    const intended = closest(name, names);
    throw new TroupeError(
      'UNKNOWN_AGENT',
      `There is no agent "${name}"${intended === null ? '.' : `; did you mean ${intended}?`} Known are ${names.join(', ')}`,
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

function throwSeveral({ commandLine }: CommandContext, candidates: readonly Candidate[]): never {
  const names = candidates.map(({ name }) => name);
  throw new TroupeError('USAGE', `There are several agents, and none was chosen: ${names.join(', ')}`, {
    where: '--agent',
    hints: names.slice(0, 3).map(name => appendFlag(commandLine, `--agent ${name}`)),
  });
}

async function promptForAgent({ io }: CommandContext, candidates: readonly Candidate[]): Promise<string> {
  const lines = candidates.map(({ name, title }, at) => `  ${at + 1}  ${name}  ${title}\n`);
  const answer = await promptLine(io, `Which agent works on it?\n${lines.join('')}A number or a name: `);
  const chosen = candidates.find(({ name }, at) => answer === name || answer === String(at + 1));
  if (chosen !== undefined) return chosen.name;
  throw new TroupeError('CANCELLED', 'No agent was chosen; nothing was started', { hints: ['troupe agent list'] });
}
