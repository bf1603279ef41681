import { passedVariables as passedBy, passedModelKeys, passedServerVariables, presets } from '../../agents.ts';
import type { CommandContext } from '../command.ts';
import type { OwnAgents } from './config.ts';
import { secretsAmong } from './environment.ts';

/** Returns the variables that a preset may pass to its agent, keys of models and variables of MCP servers; and those that are secret. */
export function agentVariables(
  env: CommandContext['io']['env'],
  own: OwnAgents = {},
): { agentEnv: Record<string, string>; secrets: Record<string, string> } {
  const agents = Object.values(own);
  const ofServers = passedServerVariables(agents, env);
  const agentEnv = Object.assign(
    { ...passedModelKeys(agents, env), ...ofServers },
    ...Object.values(presets).map(preset => passedBy(preset, env)),
  );
  return { agentEnv, secrets: { ...secretsAmong(agentEnv), ...ofServers } };
}
