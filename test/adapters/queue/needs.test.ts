import { expect, test } from 'vitest';
import { protocol } from '../../../src/adapters/queue/messages.ts';
import { agentNeeds, mayRun, type WorkNeeds, whyNot, workerWaitReason } from '../../../src/adapters/queue/needs.ts';
import type { WorkerRecord } from '../../../src/adapters/queue/worker-record.ts';
import type { AgentSpec } from '../../../src/model/agent.ts';

const abilities = { protocol, agents: { steps: null }, labels: ['gpu'], commands: ['npm test'], hasFiles: true };
const needs: WorkNeeds = { agent: null, commands: [], labels: [], files: true };
const worker = (part: Partial<WorkerRecord>) => ({ abilities, isDraining: false, ...part }) as WorkerRecord;

test.each([
  ['a worker without the agent', { agent: 'claude' }, 'no agent claude'],
  ['a worker without one of the labels', { labels: ['gpu', 'fast'] }, 'no label fast'],
  [
    'a worker that may not run a command',
    { commands: [['npm', 'run', 'x']] },
    '--allow-command does not allow npm run x',
  ],
  ['nothing when all is there', { agent: 'steps', labels: ['gpu'], commands: [['npm', 'test']] }, null],
])('work names %s [R277]', (_, part, reason) => {
  expect(whyNot(abilities, { ...needs, ...part })).toBe(reason);
});

test('work on files needs a worker with an exchange [R277]', () => {
  expect(whyNot({ ...abilities, hasFiles: false }, needs)).toBe('no --exchange');
  expect(whyNot({ ...abilities, hasFiles: false }, { ...needs, files: false })).toBeNull();
});

test('a worker of another protocol does no work [R277]', () => {
  expect(whyNot({ ...abilities, protocol: protocol + 1 }, needs)).toBe('another version of Troupe');
});

test('the reason that work waits counts the workers that take work, and names each reason once [R277]', () => {
  const wanted = { ...needs, labels: ['fast'] };
  const without = worker({ abilities: { ...abilities, hasFiles: false } });
  expect(workerWaitReason([worker({ isDraining: true })], wanted)).toBe('there is no worker');
  expect(workerWaitReason([worker({})], wanted)).toBe('the only worker does not fit: no label fast');
  expect(workerWaitReason([worker({}), worker({}), without], wanted)).toBe(
    'none of 3 workers fits: no label fast; no --exchange',
  );
});

test.each([
  ['npm', ['npm', 'run', 'x'], true],
  ['npm', ['/usr/bin/npm', 'run'], false],
  ['npm', ['tools/npm'], false],
  ['npm', ['./npm'], false],
  ['/opt/npm', ['/opt/npm', 'run'], true],
  ['npm test', ['npm', 'test', '--all'], true],
  ['npm test', ['npm', 'tests'], false],
  ['/opt/npm', ['/usr/bin/npm'], false],
  ['*', ['anything'], true],
])('--allow-command "%s" and the command %j: %s [R278]', (allowed, command, may) => {
  expect(mayRun([allowed], command)).toBe(may);
  expect(mayRun([], command)).toBe(false);
});

test.each([
  ['a command', { kind: 'command', argv: ['run', 'it'] }, [['run', 'it']]],
  ['an agent without MCP servers', { kind: 'acp', argv: ['agent'] }, [['agent']]],
  [
    'the MCP servers of an agent',
    { kind: 'acp', argv: ['agent'], mcpServers: { a: { command: 'serve', args: ['-v'] }, b: { command: 'other' } } },
    [['agent'], ['serve', '-v'], ['other']],
  ],
  [
    'the address of an MCP server',
    { kind: 'acp', argv: ['agent'], mcpServers: { a: { url: 'https://host/mcp' } } },
    [['agent'], ['https://host/mcp']],
  ],
])('a worker must allow %s [R278]', (_, spec, commands) => {
  const needed = agentNeeds({}, spec as AgentSpec, { files: false, onlyLooking: false });
  expect(needed).toEqual({ agent: null, commands, labels: [], files: false });
});
