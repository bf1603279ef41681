import type { AgentSpec } from '../../model/agent.ts';
import { keyVariableOf, llmProviders } from '../../model/llm-keys.ts';
import { variablesOf } from '../../model/mcp-variables.ts';

/** Returns the variables that hold keys: those of the providers, and those that these agents of kind `llm` name. */
export function passedModelKeys(
  agents: readonly AgentSpec[],
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const usual = llmProviders.map(provider => keyVariableOf({ provider }));
  const own = agents.flatMap(agent => (agent.kind === 'llm' ? [keyVariableOf(agent)] : []));
  return presentIn(
    env,
    [...usual, ...own].filter(name => name !== null),
  );
}

/** Returns the variables that the MCP servers of these agents get. */
export function passedServerVariables(
  agents: readonly AgentSpec[],
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const servers = agents.flatMap(agent => ('mcpServers' in agent ? Object.values(agent.mcpServers ?? {}) : []));
  return presentIn(env, servers.flatMap(variablesOf));
}

function presentIn(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): Record<string, string> {
  const found = names.map(name => [name, env[name]] as const);
  return Object.fromEntries(found.filter((pair): pair is [string, string] => pair[1] !== undefined));
}
