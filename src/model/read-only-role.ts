import type { AgentRole } from './agent.ts';

/** Returns whether an agent in this role only reads the project: it changes no file and runs no program through tools. */
export function isReadOnlyRole(role: AgentRole): boolean {
  return role === 'strategy' || role === 'estimation' || role === 'review' || role === 'apply';
}
