import type { AgentSpec } from '../../../model/agent.ts';
import { keyVariableOf, LlmProvider } from '../../../model/llm-agent.ts';

/** Returns the variables that hold keys: those of the providers, and those that these agents of kind `llm` name. */
export function passedModelKeys(
  agents: readonly AgentSpec[],
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const usual = LlmProvider.options.map(provider => keyVariableOf({ provider }));
  const own = agents.flatMap(agent => (agent.kind === 'llm' ? [keyVariableOf(agent)] : []));
  const found = [...usual, ...own].map(name => [name ?? '', name === null ? undefined : env[name]] as const);
  return Object.fromEntries(found.filter((pair): pair is [string, string] => pair[1] !== undefined));
}
