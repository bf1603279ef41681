import { formatTable } from '../../../presentation/text-layout.ts';
import { type AgentStatus, agentStatuses, installCommand, signInText } from '../../agents/agent-status.ts';
import { keyCommand, keyText, listOwnAgents, type OwnAgent, ownAgentTitle } from '../../agents/own-agents.ts';
import type { RunCommand } from '../../command.ts';
import { loadOwnAgents } from '../../project/config.ts';

/** Lists your own agents, and the known ones: installed or not, version, signed in or not. */
export const run: RunCommand = async ({ io }) => {
  const own = listOwnAgents(await loadOwnAgents(io.env), io.env);
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
  const rows = [
    ...own.map(agent => [agent.name, ownText(agent)] as const),
    ...statuses.map(status => [status.preset.name, statusText(status)] as const),
  ];
  const isAnyThere = own.length > 0 || statuses.some(({ program }) => program !== null);
  const text = [...formatTable(rows), ...(isAnyThere ? [] : ['No agent is installed yet.'])];
  return { data: { own_agents: own.map(ownAgentData), agents }, text: text.join('\n') };
};

function ownAgentData({ name, spec, key }: OwnAgent) {
  return {
    name,
    kind: spec.kind,
    provider: spec.kind === 'llm' ? spec.provider : null,
    model: 'model' in spec ? (spec.model ?? null) : null,
    base_url: spec.kind === 'llm' ? (spec.baseUrl ?? null) : null,
    key_variable: key?.variable ?? null,
    key_set: key?.isSet ?? null,
  };
}

function ownText(agent: OwnAgent): string {
  const parts = ['yours', ownAgentTitle(agent), keyText(agent), keyCommand(agent)];
  return parts.filter(part => part !== null).join(' · ');
}

function statusText(status: AgentStatus): string {
  const { preset, program, version } = status;
  if (program === null) return `not installed · ${installCommand(preset) ?? preset.homepage}`;
  const tried = preset.tried === null ? 'not tried by us' : `tried with ${preset.tried}`;
  const signIn = status.signIn.state === 'missing' ? `not signed in · ${preset.signIn.command}` : signInText(status);
  return `${version ?? 'unknown version'} · ${signIn} · ${tried}`;
}
