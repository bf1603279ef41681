/** Agents of your configuration, as commands show them. */
import { type AgentSpec, keyVariableOf } from '../../agents.ts';
import type { Io } from '../io.ts';
import type { OwnAgents } from '../project/config.ts';

export interface OwnAgent {
  name: string;
  spec: AgentSpec;
  /** The variable that must hold its key, and whether it is set; null for an agent without one. Its value is not shown. */
  key: { variable: string; isSet: boolean } | null;
}

export function listOwnAgents(own: OwnAgents, env: Io['env']): OwnAgent[] {
  return Object.entries(own).map(([name, spec]) => {
    const variable = spec.kind === 'llm' ? keyVariableOf(spec) : null;
    return { name, spec, key: variable === null ? null : { variable, isSet: (env[variable] ?? '') !== '' } };
  });
}

/** `anthropic claude-sonnet-4-5`, `command my-agent --print`. */
export function ownAgentTitle({ spec }: OwnAgent): string {
  switch (spec.kind) {
    case 'llm':
      return `${spec.provider} ${spec.model}${spec.baseUrl === undefined ? '' : ` at ${spec.baseUrl}`}`;
    case 'preset':
      return [`preset ${spec.agent}`, ...(spec.model === undefined ? [] : [spec.model])].join(' · ');
    case 'command':
    case 'acp':
      // Its arguments may hold a secret.
      return `${spec.kind} ${spec.argv[0]}`;
    case 'script':
      return `script ${spec.module}`;
    case 'steps':
      return `${spec.steps.length} steps`;
  }
}

/** `ANTHROPIC_API_KEY is set`; null for an agent that is no model. */
export function keyText({ spec, key }: OwnAgent): string | null {
  if (spec.kind !== 'llm') return null;
  if (key === null) return 'needs no key';
  return `${key.variable} is ${key.isSet ? '' : 'not '}set`;
}

/** The command that gives an agent its key; null if it has one or needs none. */
export function keyCommand({ key }: Pick<OwnAgent, 'key'>): string | null {
  return key === null || key.isSet ? null : `export ${key.variable}=…`;
}
