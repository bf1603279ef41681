import type { AgentRef } from './agent.ts';

/** Returns the name by which an agent is counted: its own, or the kind of an agent described in place. */
export function agentLabel(ref: AgentRef): string {
  if (typeof ref === 'string') return ref;
  return ref.kind === 'preset' ? ref.agent : ref.kind;
}

/** Returns what runs when an agent works: agents that run the same program, or ask the same model, share its rate limits. */
export function agentProgram(ref: AgentRef): string {
  if (typeof ref !== 'string' && (ref.kind === 'command' || ref.kind === 'acp')) return ref.argv[0] ?? ref.kind;
  if (typeof ref !== 'string' && ref.kind === 'llm') return `${ref.baseUrl ?? ref.provider} ${ref.model}`;
  return typeof ref !== 'string' && ref.kind === 'script' ? ref.module : agentLabel(ref);
}
