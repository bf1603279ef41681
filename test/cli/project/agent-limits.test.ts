import { expect, test } from 'vitest';
import { parseAgentLimits } from '../../../src/cli/project/agent-limits.ts';

test('Limits of agents are read from one variable: of the machine, of names, of kinds [R137]', () => {
  expect(parseAgentLimits({})).toEqual({ agentLimits: {} });
  expect(parseAgentLimits({ TROUPE_AGENTS_AT_ONCE: 'claude=2, command=4' })).toEqual({
    agentLimits: { claude: 2, command: 4 },
  });
  expect(parseAgentLimits({ TROUPE_AGENTS_AT_ONCE: '8,steps=1', XDG_STATE_HOME: '/s' })).toEqual({
    agentLimits: { steps: 1 },
    machine: { agentLimit: 8, folder: '/s/troupe/agents' },
  });
  expect(parseAgentLimits({ TROUPE_AGENTS_AT_ONCE: '8', HOME: '/h' }).machine?.folder).toBe(
    '/h/.local/state/troupe/agents',
  );
});

test.each(['0', '-1', 'claude', 'claude=', 'claude=x', '10000'])('"%s" is rejected by name', word => {
  expect(() => parseAgentLimits({ TROUPE_AGENTS_AT_ONCE: `8,${word}` })).toThrow(`"${word}" is no limit`);
});
