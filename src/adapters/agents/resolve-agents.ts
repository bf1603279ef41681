import type { AgentRef, AgentSpec } from '../../model/agent.ts';
import { agentLabel } from '../../model/agent-label.ts';
import { AgentPresetName } from '../../model/agent-preset.ts';
import { closest } from '../../model/closest.ts';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import type { LlmSpec } from '../../model/llm-agent.ts';
import { keyVariableOf } from '../../model/llm-keys.ts';
import { nameKey } from '../../model/name-key.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import type { PriceTable } from '../../model/price.ts';
import type { Agent, Agents, ResolvedAgent } from '../../ports/agent.ts';
import type { Clock } from '../../ports/clock.ts';
import { systemClock } from '../clocks/system-clock.ts';
import { withServers } from '../mcp/with-servers.ts';
import { runProcess } from '../process/run.ts';
import { killTaggedProcesses } from '../process/tagged-processes.ts';
import { accountOf } from './account.ts';
import { acpAgent } from './acp.ts';
import { commandAgent } from './command.ts';
import { llmAgent } from './llm.ts';
import { presetAgent } from './preset.ts';
import { presets } from './presets/index.ts';
import { scriptAgent } from './script.ts';
import { withSecondTry } from './second-try.ts';
import { stepsAgent } from './steps.ts';

/** Options of {@link resolveAgents}. */
export interface AgentsOptions {
  /** Agents of the host, by name: as an object, or described as in an action. */
  registered: Readonly<Record<string, Agent | AgentSpec>>;
  /** The part of the host's environment that programs get. */
  env: Record<string, string>;
  /** Variables for agents of presets, which get those that their preset names, and keys of models. @default none */
  agentEnv?: Record<string, string>;
  /** Prices of models, for agents that report tokens and no cost. @default none */
  prices?: PriceTable;
  /** @default the system's */
  clock?: Clock;
  /** @default runProcess */
  run?: typeof runProcess;
}

/** Returns the agent of a name, or creates the one that is described in place. */
export function resolveAgents(options: AgentsOptions): Agents {
  const { registered, env, agentEnv = {}, prices = {}, clock = systemClock(), run = runProcess } = options;
  const context = { env, agentEnv, prices, clock, run, isKnownService: knownServices(Object.values(registered)) };
  const find = findByName(registered);

  return (ref, actionDir) => {
    if (typeof ref === 'string') {
      const agent = find(ref);
      if (agent === undefined) throw unknownAgentError(ref, [...Object.keys(registered), ...Object.keys(presets)]);
      if ('kind' in agent) return resolveSpec(agent, { ...context, actionDir, isOwn: true });
      return withExclusiveUse(agent, agent.account ?? agentLabel(ref));
    }
    return resolveSpec(ref, { ...context, actionDir, isOwn: false });
  };
}

/** Returns how an agent can be described to another machine; null for one that is code of this process. */
export function describeAgents(registered: AgentsOptions['registered']): (ref: AgentRef) => AgentSpec | null {
  const find = findByName(registered);
  return ref => {
    if (typeof ref !== 'string') return ref;
    const agent = find(ref);
    return agent !== undefined && 'kind' in agent ? agent : null;
  };
}

/** Returns what finds an agent of the host, or else a preset, by name. */
function findByName(registered: AgentsOptions['registered']): (name: string) => Agent | AgentSpec | undefined {
  const byKey = new Map(Object.entries(registered).map(([name, agent]) => [nameKey(name), agent]));
  return name => byKey.get(nameKey(name)) ?? presetByName(name);
}

interface AgentContext {
  actionDir: string;
  env: Record<string, string>;
  agentEnv: Record<string, string>;
  prices: PriceTable;
  clock: Clock;
  run: typeof runProcess;
  /** Whether the host describes the agent, and not an action, which may come from elsewhere. */
  isOwn: boolean;
  /** Whether a key may go to the service of a model. */
  isKnownService(spec: LlmSpec): boolean;
}

function resolveSpec(spec: AgentSpec, context: AgentContext): ResolvedAgent {
  const { actionDir, env, agentEnv, isOwn } = context;
  const servers = ('mcpServers' in spec && spec.mcpServers) || {};
  const variables = isOwn ? { ...agentEnv, ...env } : env;
  const agent = withServers(createDescribedAgent(spec, context), { servers, actionDir, env, variables });
  return withExclusiveUse(agent, accountOf(spec));
}

function createDescribedAgent(spec: AgentSpec, context: AgentContext): Agent {
  const { actionDir, env, agentEnv, prices, clock, run } = context;
  switch (spec.kind) {
    case 'steps':
      return stepsAgent(spec.steps);
    case 'script':
      return scriptAgent({ module: spec.module, actionDir });
    case 'command':
      return withSecondTry(
        commandAgent({
          argv: spec.argv,
          env: spec.env,
          watchdogs: spec.watchdogs,
          reads: spec.reads ?? 'lines',
          actionDir,
          hostEnv: env,
          clock,
          run,
        }),
      );
    case 'acp': {
      const { argv, model, watchdogs } = spec;
      return withSecondTry(acpAgent({ argv, env: spec.env, model, watchdogs, actionDir, hostEnv: env, clock, run }));
    }
    case 'preset': {
      const preset = presets[spec.agent];
      if (preset === undefined) throw unknownAgentError(spec.agent, Object.keys(presets));
      const { model, effort, args, watchdogs } = spec;
      const needsTools = Object.keys(spec.mcpServers ?? {}).length > 0;
      const choices = { model, effort, args, env: spec.env, watchdogs, prices, needsTools };
      return withSecondTry(
        presetAgent({ preset, ...choices, actionDir, hostEnv: env, personEnv: agentEnv, clock, run }),
      );
    }
    case 'llm':
      return llmAgent({ spec, prices, env: keysFor(spec, context), clock });
  }
}

function keysFor(spec: LlmSpec, { env, agentEnv, isKnownService }: AgentContext): Record<string, string> {
  return isKnownService(spec) ? { ...agentEnv, ...env } : env;
}

/**
 * An action may come from elsewhere: unless passed on by name, a key goes only to the provider that it is for, and to addresses at
 * which an agent of the host uses it.
 */
function knownServices(registered: readonly (Agent | AgentSpec)[]): AgentContext['isKnownService'] {
  const service = (spec: LlmSpec) => JSON.stringify([spec.provider, spec.baseUrl ?? null, keyVariableOf(spec)]);
  const known = new Set(registered.flatMap(agent => ('kind' in agent && agent.kind === 'llm' ? [service(agent)] : [])));
  return spec => {
    const isUsual = spec.baseUrl === undefined && keyVariableOf(spec) === keyVariableOf({ provider: spec.provider });
    return isUsual || known.has(service(spec));
  };
}

function presetByName(name: string): AgentSpec | undefined {
  const found = AgentPresetName.options.find(each => nameKey(each) === nameKey(name));
  return found && { kind: 'preset', agent: found, args: [], env: {} };
}

/** Ends programs that a run before a crash left behind in the sandbox. */
function withExclusiveUse(agent: Agent, account: string): ResolvedAgent {
  return {
    account,
    usesDirectory: agent.usesDirectory ?? true,
    ...(agent.reports && { reports: agent.reports }),
    ...omitUndefined({ repeatsUsage: agent.repeatsUsage, sessions: agent.sessions }),
    check: () => agent.check(),
    async run(task) {
      await killTaggedProcesses(task.key);
      return agent.run(task);
    },
  };
}

function unknownAgentError(name: string, known: string[]): TroupeError {
  const meant = closest(name, known);
  const list = `known: ${known.join(', ')}`;
  return new TroupeError(
    'UNKNOWN_AGENT',
    `There is no agent ${name}; ${list}${meant === null ? '' : ` (did you mean ${meant}?)`}. An action may also describe one in place: kind steps, script, command, acp, preset or llm`,
    { where: name, hints: [commandHint('help action'), commandHint('doctor')], details: { known } },
  );
}
