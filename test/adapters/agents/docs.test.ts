import { readFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { resolveAgents } from '../../../src/adapters/agents/resolve-agents.ts';
import { builtinTools } from '../../../src/adapters/tools/builtin.ts';
import { AgentSpec } from '../../../src/model/agent.ts';
import { createTestProject } from '../../runtime/test-project.ts';
import { createToolHarness } from '../tool-harness.ts';

const page = readFileSync(new URL('../../../docs/reference/agents.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text);

describe('docs/reference/agents.md', () => {
  test('shows a valid agent of each kind', async () => {
    const agents = blocks('yaml agent').map(text => AgentSpec.parse(parse(text)));
    expect(agents.map(({ kind }) => kind)).toEqual(['steps', 'script', 'command', 'acp', 'preset', 'llm', 'llm']);
    const [steps] = agents;
    if (steps === undefined) throw new TypeError('There is no agent');
    await resolveAgents({ registered: {}, env: {} })(steps, '/').check();
  });

  test('shows a script that does what the text says', async () => {
    const [source = ''] = blocks('js script');
    await using home = await createToolHarness({ 'agent.mjs': source });
    await using harness = await createToolHarness({ 'a/x.md': '', 'b/y.md': '', 'c/z.txt': '' });
    const agent = resolveAgents({ registered: {}, env: {} })({ kind: 'script', module: './agent.mjs' }, home.directory);
    const call = harness.runner({ phase: 'strategize', agentRole: 'strategy' });
    expect((await agent.run(harness.task({ role: 'strategy', call }))).summary).toBe('2 folders');
    expect(harness.decisions.map(({ chosenOption }) => chosenOption)).toEqual(['By folder', 'Tidy a', 'Tidy b']);
    await agent.run(harness.task({ plan: { ...harness.plan, resourceScopes: ['a'] } }));
    expect(await harness.read('a/NOTES.md')).toBe('Do it\n');
  });

  test('shows a script that works for a plan and its subplans in all roles', async () => {
    const [source = ''] = blocks('js script');
    await using home = await createToolHarness({ 'agent.mjs': source });
    const testProject = await createTestProject({}, { files: { 'a/x.md': '', 'b/y.md': '', 'c/z.txt': '' } });
    const script = { kind: 'script', module: join(home.directory, 'agent.mjs') };
    const { plan, record } = await testProject.run(() => {}, { strategyActor: script, executionActor: script });
    expect(record).toMatchObject({ state: 'complete', error: null });
    expect(await plan.diff({ stat: true })).toMatch(/a\/NOTES.md.*\n.*b\/NOTES.md.*\n.*2 files changed/);
    expect(record.subplanStatuses.map(({ goal, state }) => `${goal}: ${state}`)).toEqual([
      'Tidy a: complete',
      'Tidy b: complete',
    ]);
    expect(await testProject.troupe.list({ all: true, children: true })).toHaveLength(3);
  });

  test('shows a program of your own that plans, works, and reports its usage', async () => {
    const own = readFileSync(new URL('../../../docs/agents/own.md', import.meta.url), 'utf8');
    const [, source = ''] = /^```sh agent\n(.*?)^```/ms.exec(own) ?? [];
    await using home = await createToolHarness({ 'my-agent': source });
    await chmod(join(home.directory, 'my-agent'), 0o755);
    const env = { PATH: `${home.directory}:${process.env.PATH ?? ''}` };
    const agent = resolveAgents({ registered: {}, env })(AgentSpec.parse({ kind: 'command', argv: ['my-agent'] }), '/');
    const used: unknown[] = [];
    await using harness = await createToolHarness();
    const call = harness.runner({ phase: 'strategize', agentRole: 'strategy' });
    await agent.run(harness.task({ role: 'strategy', call }));
    expect(harness.decisions.map(({ chosenOption }) => chosenOption)).toEqual(['NOTES.md']);
    const answer = await agent.run(harness.task({ reportUsage: usage => used.push(usage) }));
    expect(answer.summary).toBe('wrote NOTES.md');
    expect(await harness.read('NOTES.md')).toBe('Do it\n');
    expect(used).toContainEqual({ tokens: 120, usd: 0.01 });
  });

  test('shows valid lines of output', async () => {
    const [lines = ''] = blocks('json lines');
    await using harness = await createToolHarness(
      { agentOutput: lines },
      { phase: 'strategize', agentRole: 'strategy' },
    );
    const spec = AgentSpec.parse({ kind: 'command', argv: ['cat', 'agentOutput'] });
    const agent = resolveAgents({ registered: {}, env: { PATH: process.env.PATH ?? '' } })(spec, '/');
    expect((await agent.run(harness.task({ role: 'strategy' }))).summary).toBe('two parts');
    expect(harness.decisions.map(({ chosenOption }) => chosenOption)).toEqual(['By folder', 'Tidy a']);
  });

  test('lists every tool with a short name and its side effects, and no other [R60, R66]', () => {
    const rows = [...page.matchAll(/^\| `([a-z]+\/[\w-]+)` \| `([\w/-]+)` \| .* \| (.*) \|$/gm)];
    const listed = rows.map(([, name, short, effects]) => ({ name, short, effects }));
    const there = builtinTools({ env: {} }).map(({ name, aliases, sideEffects }) => ({
      name,
      short: aliases?.[0],
      effects: sideEffects.join(', ') || '–',
    }));
    expect(listed).toEqual(there);
  });
});
