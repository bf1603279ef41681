import { formatTable } from '../../../presentation/text-layout.ts';
import { type AgentStatus, agentStatuses, installCommand, signInText } from '../../agents/agent-status.ts';
import type { RunCommand } from '../../command.ts';

/** Lists the known agents: installed or not, version, signed in or not. */
export const run: RunCommand = async ({ io }) => {
  const statuses = await agentStatuses(io.env);
  const agents = statuses.map(status => {
    const { preset, program, version, signIn } = status;
    return {
      name: preset.name,
      title: preset.title,
      program,
      version,
      tried_version: preset.tried,
      signed_in: { found: true, missing: false, unknown: null }[signIn.state],
      signed_in_by: signIn.state === 'found' ? signIn.name : null,
      sign_in: preset.signIn.command,
      install: installCommand(preset),
      homepage: preset.homepage,
    };
  });
  const rows = statuses.map(status => [status.preset.name, statusText(status)] as const);
  const isAnyThere = statuses.some(({ program }) => program !== null);
  const text = [...formatTable(rows), ...(isAnyThere ? [] : ['No agent is installed yet.'])];
  return { data: { agents }, text: text.join('\n') };
};

function statusText(status: AgentStatus): string {
  const { preset, program, version } = status;
  if (program === null) return `not installed · ${installCommand(preset) ?? preset.homepage}`;
  const tried = preset.tried === null ? 'not tried by us' : `tried with ${preset.tried}`;
  const signIn = status.signIn.state === 'missing' ? `not signed in · ${preset.signIn.command}` : signInText(status);
  return `${version ?? 'unknown version'} · ${signIn} · ${tried}`;
}
