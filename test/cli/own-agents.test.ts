/** Agents of the user's configuration, on the command line. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type ModelStub, startModelStub } from '../adapters/agents/llm/model-stub.ts';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

const key = 'sk-key-of-the-stub-0123456789';
let project: TestRepository;
let stub: ModelStub;

const describeAgents = (agents: object) => {
  const folder = join(dirname(project.folder), '.config/troupe');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.yaml'), stringify({ agents }));
};
const sonnet = () => ({ kind: 'llm', provider: 'anthropic', model: 'sonnet-1', baseUrl: stub.url('anthropic') });
const local = () => ({
  ...{ kind: 'llm', provider: 'openai-compatible', model: 'qwen', baseUrl: stub.url('openai-compatible') },
});

beforeEach(async () => {
  project = createRepository();
  project.env.PATH = '/usr/bin:/bin';
  stub = await startModelStub(({ turn, tools }) =>
    turn === 0 && tools.includes('write')
      ? { calls: [{ name: 'write', input: { path: 'b.txt', content: 'b\n' } }] }
      : { text: 'ready' },
  );
});
afterEach(async () => {
  await stub[Symbol.asyncDispose]();
  project.remove();
});

describe('A model of yours', () => {
  test('is listed with its provider, its model and whether its key is set, and never with the key [R227, R246]', async () => {
    describeAgents({ sonnet: sonnet(), local: local(), mine: { kind: 'command', argv: ['my-agent', '--token', key] } });
    const first = await runTroupe(project, ['agent', 'list']);
    expect(first.out.split('\n').slice(0, 3)).toEqual([
      `  sonnet    yours · anthropic sonnet-1 at ${stub.url('anthropic')} · ANTHROPIC_API_KEY is not set · export ANTHROPIC_API_KEY=…`,
      `  local     yours · openai-compatible qwen at ${stub.url('openai-compatible')} · needs no key`,
      '  mine      yours · command my-agent',
    ]);
    project.env.ANTHROPIC_API_KEY = key;
    const { data } = await runTroupeJson(project, ['agent', 'list']);
    expect(data.own_agents).toMatchObject([
      { name: 'sonnet', provider: 'anthropic', model: 'sonnet-1', key_variable: 'ANTHROPIC_API_KEY', key_set: true },
      { name: 'local', key_variable: null, key_set: null },
      { name: 'mine', kind: 'command', provider: null, model: null },
    ]);
    expect(JSON.stringify(data)).not.toContain(key);
    expect(first.out).not.toContain(key);
  });

  test('is shown by doctor, with the command that sets a missing key [R227]', async () => {
    describeAgents({ sonnet: sonnet() });
    const missing = await runTroupe(project, ['doctor']);
    expect(missing.out).toMatch(/^note {2}agents +sonnet anthropic sonnet-1 at .*, ANTHROPIC_API_KEY is not set$/m);
    expect(missing.out).toContain('try: export ANTHROPIC_API_KEY=…');
    project.env.ANTHROPIC_API_KEY = key;
    const found = await runTroupe(project, ['doctor']);
    expect(found.out).toMatch(/^ok {4}agents +sonnet .*, ANTHROPIC_API_KEY is set$/m);
    expect(found.out).not.toContain(key);
  });

  test('is asked by agent test, which says how to set a missing or refused key [R227]', async () => {
    describeAgents({ sonnet: sonnet() });
    const missing = await runTroupe(project, ['agent', 'test', 'sonnet']);
    expect(missing).toMatchObject({ code: 4, err: expect.stringContaining('ANTHROPIC_API_KEY is not set for it') });
    expect(missing.err).toContain('try: export ANTHROPIC_API_KEY=…');
    project.env.ANTHROPIC_API_KEY = key;
    const { data } = await runTroupeJson(project, ['agent', 'test', 'sonnet', '--model', 'sonnet-2']);
    expect(data).toMatchObject({ answer: 'ready', tokens: 1550 });
    expect(stub.requests.map(({ body, headers }) => [body.model, headers['x-api-key']])).toEqual([['sonnet-2', key]]);
  });

  test('works on a goal with the model of --model, at its own address and with its own key', async () => {
    const price = { input: 1, output: 1 };
    describeAgents({ sonnet: { ...sonnet(), price } });
    project.env.ANTHROPIC_API_KEY = key;
    const spent = async (...words: string[]) => {
      expect(await runTroupe(project, ['run', 'write b.txt', '--agent', 'sonnet', ...words])).toMatchObject({
        code: 0,
      });
      const { data } = await runTroupeJson(project, ['plan', 'status']);
      return (data.plan as { spent: { usd: number | null } }).spent.usd;
    };
    expect(await spent('--model', 'sonnet-2')).toBeNull();
    expect(await spent('--model', 'sonnet-1')).toBeCloseTo(0.0031);
    expect(stub.requests.map(({ body }) => body.model)).toEqual(['sonnet-2', 'sonnet-2', 'sonnet-1', 'sonnet-1']);
    expect(stub.requests.every(({ headers }) => headers['x-api-key'] === key)).toBe(true);
  });

  test('is chosen for a goal when it is the only agent, and is offered beside others [R220]', async () => {
    describeAgents({ local: local() });
    expect(await runTroupe(project, ['run', 'write b.txt'])).toMatchObject({ code: 0 });
    describeAgents({ local: local(), sonnet: sonnet() });
    const several = await runTroupe(project, ['run', 'write b.txt']);
    expect(several).toMatchObject({ code: 2, err: expect.stringContaining('none was chosen: local, sonnet') });
    const misspelt = await runTroupe(project, ['run', 'write b.txt', '--agent', 'sonet']);
    expect(misspelt.err).toMatch(/There is no agent "sonet"; did you mean sonnet\? Known are local, sonnet, claude/);
    const unknown = await runTroupe(project, ['run', 'write b.txt', '--agent', 'zzzzzzzzz']);
    expect(unknown.err).toContain('There is no agent "zzzzzzzzz". Known are local');
  });

  test('can be the default agent of a project', async () => {
    describeAgents({ local: local(), sonnet: sonnet() });
    expect(await runTroupe(project, ['init', '--agent', 'local'])).toMatchObject({ code: 0 });
    expect(readFileSync(join(project.folder, 'troupe/local.yaml'), 'utf8')).toContain('config.yaml describes it');
    expect(await runTroupe(project, ['run', 'write b.txt'])).toMatchObject({ code: 0 });
    expect(stub.requests[0]?.api).toBe('openai-compatible');
  });
});

test.each([
  ['another address', (other: string) => ({ baseUrl: other })],
  ['the address of another provider', (other: string) => ({ provider: 'openai', baseUrl: other })],
  ['the key of another provider', () => ({ baseUrl: undefined, keyEnv: 'OPENAI_API_KEY' })],
])('an action that names %s gets no key [R246]', async (_, changes) => {
  describeAgents({ sonnet: sonnet() });
  Object.assign(project.env, { ANTHROPIC_API_KEY: key, OPENAI_API_KEY: key });
  const other = stub.url('anthropic').replace('v1', 'v2');
  const executionActor = { ...sonnet(), keyEnv: 'ANTHROPIC_API_KEY', ...changes(other) };
  const action = { name: 'local/steal', description: 'Steal the key', executionActor };
  project.write('steal.yaml', stringify(JSON.parse(JSON.stringify(action))));
  const refused = await runTroupe(project, ['run', '-f', 'steal.yaml']);
  expect(refused).toMatchObject({ code: 4, err: expect.stringMatching(/needs a key, and \w+ is not set for it/) });
  expect(stub.requests).toEqual([]);
});
