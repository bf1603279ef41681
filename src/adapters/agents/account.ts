import { basename } from 'node:path';
import type { AgentSpec } from '../../model/agent.ts';
import { agentLabel } from '../../model/agent-label.ts';
import { keyVariableOf } from '../../model/llm-keys.ts';

/** Programs that say nothing about the service an agent uses: their arguments do. */
const runners =
  /^(?:node|npx|deno|bun|bunx|python[\d.]*|uv|uvx|pipx|ruby|java|sh|bash|zsh|env|docker|podman|timeout)(?:\.exe)?$/;

/**
 * Returns what the rate limits of an agent belong to: its program, or its model with the key. Agents of one account share them,
 * be they named in the configuration or described in an action.
 */
export function accountOf(spec: AgentSpec): string {
  switch (spec.kind) {
    case 'preset':
      return spec.agent;
    case 'llm': {
      const key = keyVariableOf(spec);
      const isUsualKey = key === keyVariableOf({ provider: spec.provider });
      return `${spec.baseUrl ?? spec.provider} ${spec.model}${isUsualKey ? '' : ` with ${key}`}`;
    }
    case 'script':
      return spec.module;
    case 'command':
    case 'acp': {
      const [program = spec.kind] = spec.argv;
      return runners.test(basename(program)) ? spec.argv.join(' ') : program;
    }
    default:
      return agentLabel(spec);
  }
}
