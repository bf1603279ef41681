/** What work needs of a worker, and why a worker does not fit. */
import type { AgentSpec } from '../../model/agent.ts';
import type { PlanSpec } from '../../model/plan.ts';
import { protocol } from './messages.ts';
import type { WorkerAbilities, WorkerRecord } from './worker-record.ts';

export interface WorkNeeds {
  /** The agent that it runs; null for validations. */
  agent: string | null;
  /** The commands that it runs. */
  commands: readonly (readonly string[])[];
  labels: readonly string[];
  files: boolean;
}

/** The name of an agent among those of a worker; null for one that is a command. */
function agentNameOf(spec: AgentSpec): string | null {
  if (spec.kind === 'preset') return spec.agent;
  return spec.kind === 'command' || spec.kind === 'acp' ? null : spec.kind;
}

/** Returns what a session of an agent needs. @param options `files`: it works in a folder, which is set up unless it only looks */
export function agentNeeds(
  { setup }: Pick<PlanSpec, 'setup'>,
  spec: AgentSpec,
  { files, onlyLooking }: { files: boolean; onlyLooking: boolean },
): WorkNeeds {
  const setUp = files && !onlyLooking ? (setup?.run ?? []) : [];
  return { agent: agentNameOf(spec), commands: [...setUp, ...ownCommandsOf(spec)], labels: [], files };
}

/** Returns what a round of validations needs. */
export function validationNeeds(
  { setup }: Pick<PlanSpec, 'setup'>,
  programs: readonly { argv: readonly string[] }[],
): WorkNeeds {
  const commands = [...(setup?.run ?? []), ...programs.map(({ argv }) => argv)];
  return { agent: null, commands, labels: [], files: true };
}

/** The commands of an agent that need permission: its own, and those of its MCP servers. */
function ownCommandsOf(spec: AgentSpec): string[][] {
  const own = spec.kind === 'command' || spec.kind === 'acp' ? [spec.argv] : [];
  const servers = 'mcpServers' in spec ? Object.values(spec.mcpServers ?? {}) : [];
  return [...own, ...servers.map(({ command, args = [], url = '' }) => [command ?? url, ...args])];
}

/**
 * Whether a worker may run a command: its first words are among those it allows. A name is found on the PATH of the worker; a path is
 * another program, which may be a file of the job.
 */
export function mayRun(allowed: readonly string[], command: readonly string[]): boolean {
  return allowed.some(text => text === '*' || text.split(/\s+/).every((word, at) => command[at] === word));
}

/** Returns why a worker with these abilities may not do the work; null when it may. */
export function whyNot(abilities: WorkerAbilities, needs: WorkNeeds): string | null {
  if (abilities.protocol !== protocol) return 'another version of Troupe';
  if (needs.files && !abilities.hasFiles) return 'no --exchange';
  if (needs.agent !== null && !(needs.agent in abilities.agents)) return `no agent ${needs.agent}`;
  const refused = needs.commands.find(command => !mayRun(abilities.commands, command));
  if (refused !== undefined) return `--allow-command does not allow ${beginningOf(refused)}`;
  const missing = needs.labels.find(label => !abilities.labels.includes(label));
  return missing === undefined ? null : `no label ${missing}`;
}

/** The first words of a command, up to one that is a text, such as a script. */
function beginningOf(command: readonly string[]): string {
  const first = command.slice(0, 3);
  const text = first.findIndex(word => /\s/.test(word) || word.length > 60);
  return text === -1 ? first.join(' ') : [...first.slice(0, text), '…'].join(' ');
}

/** Explains why none of the workers fits. */
export function workerWaitReason(workers: readonly WorkerRecord[], needs: WorkNeeds): string {
  const open = workers.filter(({ isDraining }) => !isDraining);
  if (open.length === 0) return 'there is no worker';
  const reasons = [...new Set(open.map(({ abilities }) => whyNot(abilities, needs) ?? 'fits'))];
  return open.length === 1
    ? `the only worker does not fit: ${reasons[0]}`
    : `none of ${open.length} workers fits: ${reasons.join('; ')}`;
}
