import { expect, test } from 'vitest';
import { whyAgentStays } from '../../../src/adapters/queue/owner/stays-here.ts';
import { AgentSpec } from '../../../src/model/agent.ts';

const mcpServers = { docs: { command: 'docs' } };

test.each([
  ['a preset', { kind: 'preset', agent: 'claude' }, null],
  ['a script', { kind: 'script', module: './a.mjs' }, 'the agent is a script of this machine'],
  ['a preset with MCP servers', { kind: 'preset', agent: 'claude', mcpServers }, 'which run on this machine'],
  ['a program outside the project', { kind: 'command', argv: ['./a.sh'] }, 'outside the project'],
])('a worker gets %s, or the owner says why not [R277]', (_, spec, reason) => {
  const why = whyAgentStays(AgentSpec.parse(spec), { root: '/project', actionDir: '/elsewhere' });
  if (reason === null) expect(why).toBeNull();
  else expect(why).toContain(reason);
});
