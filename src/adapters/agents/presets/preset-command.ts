import { type AgentRole, isReadOnlyRole } from '../../../model/agent.ts';
import type { AgentPreset } from './agent-preset.ts';

export interface PresetChoices {
  role: AgentRole;
  prompt: string;
  /** @default the agent's own */
  model?: string | undefined;
  /** How hard the model thinks, in the agent's words. @default the agent's own */
  effort?: string | undefined;
  /** Come last before the prompt, so that they win. @default none */
  args?: readonly string[] | undefined;
}

/** The command line with which a preset is started. */
export function presetCommand(
  preset: AgentPreset,
  { role, prompt, model, effort, args = [] }: PresetChoices,
): { argv: string[]; stdin: string | null } {
  const { promptArgs } = preset;
  const argv = [
    preset.program,
    ...preset.args,
    ...(isReadOnlyRole(role) ? preset.lookArgs : preset.workArgs),
    ...(model === undefined ? [] : fill(preset.modelArgs, 'model', model)),
    ...(effort === undefined ? [] : fill(preset.effortArgs ?? [], 'effort', effort)),
    ...args,
    ...(promptArgs === 'stdin' ? [] : fill(promptArgs, 'prompt', prompt)),
  ];
  return { argv, stdin: promptArgs === 'stdin' ? prompt : null };
}

/** The variables of the host that a preset may see. */
export function passedVariables(
  { passes }: AgentPreset,
  host: Record<string, string | undefined>,
): Record<string, string> {
  const passed = Object.entries(host).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && passes.some(name => matches(name, entry[0])),
  );
  return Object.fromEntries(passed);
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** What is filled in is not looked at again: a prompt may hold braces of its own. */
function fill(words: readonly string[], name: string, value: string): string[] {
  return words.map(word => word.replace(`{${name}}`, () => value));
}
