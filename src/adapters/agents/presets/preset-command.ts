import type { AgentRole } from '../../../model/agent.ts';
import { isReadOnlyRole } from '../../../model/read-only-role.ts';
import { bridgeCommand } from '../../mcp/server-entry.ts';
import type { AgentPreset } from './agent-preset.ts';

/** What {@link presetCommand} fills into the command line of a preset. */
export interface PresetChoices {
  role: AgentRole;
  prompt: string;
  /** @default the agent's own */
  model?: string | undefined;
  /** Reasoning effort, as the agent calls it. @default the agent's own */
  effort?: string | undefined;
  /** The address of the tools of its task. @default it has none */
  toolUrl?: string | undefined;
  /** The session to continue. @default a new one */
  session?: string | undefined;
  /** The id of a new session, for an agent that is given one. @default its own */
  newSession?: string | undefined;
  /** The file for its usage, for an agent that writes one. @default none */
  usageFile?: string | undefined;
  /** Further arguments, after those of the preset and before the prompt. @default none */
  args?: readonly string[] | undefined;
}

/** Returns the command line of a preset. */
export function presetCommand(preset: AgentPreset, choices: PresetChoices): { argv: string[]; stdin: string | null } {
  const { promptArgs } = preset;
  const { role, prompt, model, effort, toolUrl, session, newSession, usageFile, args = [] } = choices;
  const argv = [
    preset.program,
    ...preset.args,
    ...(isReadOnlyRole(role) ? preset.lookArgs : preset.workArgs),
    ...(toolUrl === undefined ? [] : fillTools(preset, toolUrl)),
    ...(model === undefined ? [] : fill(preset.modelArgs, 'model', model)),
    ...(effort === undefined ? [] : fill(preset.effortArgs ?? [], 'effort', effort)),
    ...(newSession === undefined ? [] : fill(preset.newSessionArgs ?? [], 'session', newSession)),
    ...(usageFile === undefined ? [] : fill(preset.usageArgs ?? [], 'usageFile', usageFile)),
    ...args,
    ...(session === undefined ? [] : fill(preset.resume?.args ?? [], 'session', session)),
    ...(promptArgs === 'stdin' ? [] : fill(promptArgs, 'prompt', prompt)),
  ];
  return { argv, stdin: promptArgs === 'stdin' ? prompt : null };
}

/**
 * Adds the arguments that continue a session to a command line of yours, `words`: options at the end, a subcommand before a
 * prompt that is an argument of its own.
 * @param promptAt the index of that argument; -1 for a prompt elsewhere
 */
export function withSession(
  words: readonly string[],
  { resume }: AgentPreset,
  { session, promptAt }: { session: string; promptAt: number },
): string[] {
  const added = fill(resume?.args ?? [], 'session', session);
  if (added[0]?.startsWith('-') || promptAt < 0) return [...words, ...added];
  return [...words.slice(0, promptAt), ...added.filter(word => word !== '-'), ...words.slice(promptAt)];
}

/** Returns the command with which a person opens a session; null if the agent has none. */
export function sessionCommand(preset: AgentPreset | undefined, session: string): string[] | null {
  return preset?.resume ? fill(preset.resume.open, 'session', session) : null;
}

/** Returns the variables of the host that the agent of a preset gets. */
export function presetVariables(
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

/** The token is in a variable that the program of the bridge inherits, or that the agent reads. */
function fillTools({ toolArgs = [] }: AgentPreset, toolUrl: string): string[] {
  const { command, args } = bridgeCommand();
  const bridge = JSON.stringify({ command, args }).slice(1, -1);
  return fill(fill(toolArgs, 'toolUrl', toolUrl), 'toolBridge', bridge);
}

/** Replaces the placeholder once per word: a prompt may contain braces. */
function fill(words: readonly string[], name: string, value: string): string[] {
  return words.map(word => word.replace(`{${name}}`, () => value));
}
