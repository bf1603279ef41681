import { type AgentStatus, agentStatuses, signInText } from '../agents/agent-status.ts';
import type { Io } from '../io.ts';
import { type HealthCheck, ok, runCheck, warning } from './check.ts';

/** Which of the known agents are installed, and whether you are signed in. Plans of other actions need none of them. */
export function checkAgents(env: Io['env']): Promise<HealthCheck> {
  return runCheck('agents', async () => {
    const installed = (await agentStatuses(env)).filter(({ program }) => program !== null);
    if (installed.length === 0)
      return ok('agents', 'none of the known ones is installed; "troupe agent list" names them');
    const text = installed.map(statusText).join(' · ');
    const signedOut = installed.filter(({ signIn }) => signIn.state === 'missing');
    return signedOut.length === 0
      ? ok('agents', text)
      : warning(
          'agents',
          text,
          signedOut.map(({ preset }) => preset.signIn.command),
        );
  });
}

function statusText(status: AgentStatus): string {
  return `${status.preset.name} ${status.version ?? '(unknown version)'}, ${signInText(status)}`;
}
