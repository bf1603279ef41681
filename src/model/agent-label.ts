import type { AgentRef } from './agent.ts';

/** Returns the name by which an agent is counted: its own, or the kind of an agent described in place. */
export function agentLabel(ref: AgentRef): string {
  if (typeof ref === 'string') return ref;
  return ref.kind === 'preset' ? ref.agent : ref.kind;
}
