import type { CommandContext } from '../command.ts';
import type { OwnAgents } from './config.ts';

/** Returns the variables that a preset may pass to its agent, and the keys of models. */
export async function agentVariables(
  env: CommandContext['io']['env'],
  own: OwnAgents = {},
): Promise<Record<string, string>> {
  const { passedVariables: passedBy, presets, passedModelKeys } = await import('../../agents.ts');
  return Object.assign(
    passedModelKeys(Object.values(own), env),
    ...Object.values(presets).map(preset => passedBy(preset, env)),
  );
}
