import { type AgentStatus, agentStatuses, signInText } from '../agents/agent-status.ts';
import { keyCommand, keyText, listOwnAgents, type OwnAgent, ownAgentTitle } from '../agents/own-agents.ts';
import type { Io } from '../io.ts';
import { loadOwnAgents } from '../project/config.ts';
import { type HealthCheck, ok, runCheck, warning } from './check.ts';

/**
 * Which of the known agents are installed, and whether you are signed in; which models of yours have a key. Plans of other
 * actions need none of them.
 */
export function checkAgents(env: Io['env']): Promise<HealthCheck> {
  return runCheck('agents', async () => {
    const installed = (await agentStatuses(env)).filter(({ program }) => program !== null);
    const models = listOwnAgents(await loadOwnAgents(env), env).filter(({ spec }) => spec.kind === 'llm');
    if (installed.length === 0 && models.length === 0)
      return ok('agents', 'none of the known ones is installed; "troupe agent list" names them');
    const text = [...models.map(modelText), ...installed.map(statusText)].join(' · ');
    const signedOut = installed.filter(({ signIn }) => signIn.state === 'missing');
    const missing = [
      ...models.map(keyCommand).filter(command => command !== null),
      ...signedOut.map(({ preset }) => preset.signIn.command),
    ];
    return missing.length === 0 ? ok('agents', text) : warning('agents', text, [...new Set(missing)]);
  });
}

function modelText(agent: OwnAgent): string {
  return `${agent.name} ${ownAgentTitle(agent)}, ${keyText(agent)}`;
}

function statusText(status: AgentStatus): string {
  return `${status.preset.name} ${status.version ?? '(unknown version)'}, ${signInText(status)}`;
}
