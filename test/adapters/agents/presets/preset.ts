import { type AgentPreset, presets } from '../../../../src/agents.ts';

export function preset(name: string): AgentPreset {
  const found = presets[name];
  if (found === undefined) throw new Error(`No preset ${name}`);
  return found;
}
