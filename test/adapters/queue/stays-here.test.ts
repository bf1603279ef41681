import { expect, test } from 'vitest';
import { whyAgentStays, whyFilesStay } from '../../../src/adapters/queue/owner/stays-here.ts';
import { AgentSpec } from '../../../src/model/agent.ts';
import type { PlanSpec } from '../../../src/model/plan.ts';
import { planSpec } from '../../fixtures.ts';

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

test('an agent that is code of the process is not sent to a worker [R277]', () => {
  expect(whyAgentStays(null, { root: '/project', actionDir: '/project' })).toBe('the agent is code of this process');
});

test.each([
  ['a program in the folder of the action', { kind: 'command', argv: ['./a.sh'] }, '/project/actions'],
  ['a program of the system', { kind: 'command', argv: ['/usr/bin/env'] }, '/elsewhere'],
  ['a program found by its name', { kind: 'command', argv: ['node', 'a.mjs'] }, '/elsewhere'],
])('a worker gets %s [R277]', (_, spec, actionDir) => {
  expect(whyAgentStays(AgentSpec.parse(spec), { root: '/project', actionDir })).toBeNull();
});

const [link] = planSpec().projectLinks;
const setup = { run: [], include: [], link: [], env: {}, timeout: 1 };

test.each<[string, object, string | null]>([
  ['of several projects', { projectLinks: [link, link] }, 'the plan works on several projects'],
  ['with submodules', { checkout: { submodules: 'auto' } }, 'it needs the submodules of your checkout'],
  ['with large files', { checkout: { lfs: 'pull' } }, 'it needs the large files of your checkout'],
  ['with copied files', { setup: { ...setup, include: ['.env'] } }, 'its set-up copies or links files'],
  ['with linked files', { setup: { ...setup, link: ['node_modules'] } }, 'its set-up copies or links files'],
  ['without any of these', { setup }, null],
])('the owner says why the files of a plan %s stay, or a worker gets them [R277]', (_, more, reason) => {
  const why = whyFilesStay(planSpec(more as Partial<PlanSpec>), { hasExchange: true, isSetUp: true });
  if (reason === null) expect(why).toBeNull();
  else expect(why).toContain(reason);
});

test('files stay without an exchange, and a set-up that is not used keeps none [R277]', () => {
  const plan = planSpec({ setup: { ...setup, include: ['.env'] } } as Partial<PlanSpec>);
  expect(whyFilesStay(plan, { hasExchange: false, isSetUp: false })).toBe('there is no exchange for files');
  expect(whyFilesStay(plan, { hasExchange: true, isSetUp: false })).toBeNull();
});
