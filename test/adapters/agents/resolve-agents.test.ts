import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { buildPrompt } from '../../../src/adapters/agents/prompt.ts';
import { type AgentsOptions, resolveAgents } from '../../../src/adapters/agents/resolve-agents.ts';
import { explainLoadError } from '../../../src/adapters/modules/load-module.ts';
import { AgentSpec } from '../../../src/model/agent.ts';
import type { Decision } from '../../../src/model/decision.ts';
import { Invariant } from '../../../src/model/invariant.ts';
import { planSpec, testId } from '../../fixtures.ts';
import { taggedPids } from '../tagged-pids.ts';
import { createToolHarness } from '../tool-harness.ts';

const find = (registered: AgentsOptions['registered'] = {}) =>
  resolveAgents({ registered, env: { PATH: process.env.PATH ?? '' } });

const llm = (changes: object) => ({ kind: 'llm', provider: 'anthropic', model: 'm', ...changes });

describe('An agent', () => {
  test('of the host is found by its name, ignoring case', async () => {
    const log: string[] = [];
    const registered = {
      'local/Writer': {
        async check() {
          log.push('checked');
        },
        async run() {
          log.push('ran');
          return { decisions: [], summary: 'written' };
        },
      },
    };
    await using harness = await createToolHarness();
    const agent = find(registered)('writer', '/');
    await agent.check();
    expect((await agent.run(harness.task())).summary).toBe('written');
    expect(log).toEqual(['checked', 'ran']);
  });

  test('that is not registered is rejected with the list of registered agents', () => {
    const agent = { check: async () => undefined, run: async () => ({ decisions: [], summary: '' }) };
    expect(() => find({ writer: agent, reader: agent })('writre', '/')).toThrow(
      'There is no agent writre; known: writer, reader, claude, codex, gemini, opencode, pi, copilot, qwen, cline, goose, aider, amp (did you mean writer?)',
    );
    expect(() => find()('writer', '/')).toThrow(/^There is no agent writer; known: claude, .*amp\. An action may also/);
  });

  test.each([
    { kind: 'steps', steps: [{ write: { path: 'made', content: 'x' } }] },
    { kind: 'script', module: './agent.mjs' },
    { kind: 'command', argv: ['sh', '-c', 'printf x > made'] },
  ])('may be defined inline: $kind', async described => {
    await using harness = await createToolHarness({
      'agent.mjs': "export default ({ write }) => write('made', 'x');",
    });
    const agent = find()(AgentSpec.parse(described), harness.directory);
    await agent.check();
    await agent.run(harness.task());
    expect(await harness.read('made')).toBe('x');
  });

  test.each<[string, object, object]>([
    ['the same model with the same key', llm({}), llm({ keyEnv: 'ANTHROPIC_API_KEY', maxTurns: 3 })],
    ['one preset', { kind: 'preset', agent: 'claude' }, { kind: 'preset', agent: 'claude', model: 'opus' }],
    ['one program', { kind: 'command', argv: ['aider', '-a'] }, { kind: 'acp', argv: ['aider', '--acp'] }],
  ])('shares its rate limits with one of %s, named or in place', (_, named, inPlace) => {
    const agents = find({ mine: AgentSpec.parse(named) });
    expect(agents(AgentSpec.parse(inPlace), '/').account).toBe(agents('mine', '/').account);
  });

  test.each<[string, object, object]>([
    ['another key', llm({}), llm({ keyEnv: 'SECOND_KEY' })],
    ['another model', llm({}), llm({ model: 'other' })],
    [
      'another program of the same interpreter',
      ...(['a.mjs', 'b.mjs'].map(file => ({ kind: 'command', argv: ['node', file] })) as [object, object]),
    ],
  ])('shares no rate limits with %s', (_, one, other) => {
    const [first, second] = [one, other].map(spec => find()(AgentSpec.parse(spec), '/').account);
    expect(first).not.toBe(second);
  });

  test('does not start before its processes from before a crash have ended [R123, R136]', async () => {
    await using harness = await createToolHarness();
    const task = harness.task();
    const orphan = spawn(process.execPath, ['-e', "console.log('up'); setInterval(() => {}, 1e6)"], {
      detached: true,
      env: { TROUPE_PROCESS_TAG: task.key },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(orphan.stdout, 'data');
    const left: number[][] = [];
    const agent = {
      check: async () => undefined,
      async run() {
        left.push(await taggedPids(task.key));
        return { decisions: [], summary: '' };
      },
    };
    await find({ agent })('agent', '/').run(task);
    expect(left).toEqual([[]]);
  });
});

describe('A TypeScript module that fails to load', () => {
  test('gets a hint, and no other failure does', () => {
    expect(explainLoadError('/a/agent.ts', 'Unknown file extension ".ts"')).toContain('use Node 22.18');
    expect(explainLoadError('/a/agent.mts', 'Unexpected token')).toContain('.mjs');
    expect(explainLoadError('/a/agent.ts', 'no key')).toBe('');
    expect(explainLoadError('/a/agent.mjs', 'Unexpected token')).toBe('');
  });
});

describe('The prompt', () => {
  const decision = (more: Partial<Decision>): Decision => ({
    decisionId: testId('D1'),
    planId: testId('P1'),
    parentDecisionId: null,
    type: 'strategy_choice',
    question: 'Which store?',
    chosenOption: 'LevelDB',
    alternatives: [],
    confidence: 1,
    rationale: 'it is here',
    payload: {},
    dependsOn: [],
    sequence: 1,
    contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
    artifacts: [],
    supersededBy: null,
    createdAt: '',
    ...more,
  });

  test('includes all known facts, and nothing that was reverted [R53]', async () => {
    const plan = planSpec({
      description: 'Move',
      longDescription: 'In one step',
      definitionOfDone: 'Moved',
      arguments: { to: 'b' },
      argumentDescriptions: { to: 'the new place' },
      resourceScopes: ['src'],
      skeleton: ['The whole is a testProject'],
      invariants: [
        Invariant.parse({ invariantId: testId('I1'), text: 'No tests change', scope: 'plan', origin: 'plan' }),
      ],
    });
    await using harness = await createToolHarness({}, { plan });
    const prompt = buildPrompt(
      harness.task({
        role: 'fix',
        guidance: ['Gently'],
        advice: ['Run the linter first'],
        problem: 'lint failed',
        decisions: [
          decision({ type: 'prompt_definition', question: 'root?' }),
          decision({}),
          decision({ chosenOption: 'Redis', rationale: '', supersededBy: testId('D2') }),
          decision({ question: 'Where?', chosenOption: 'Here', rationale: '' }),
        ],
      }),
    ).text;
    expect(prompt).toBe(
      [
        '# Goal\nMove\n',
        '# Background\nIn one step\n',
        '# Done means\nMoved\n',
        '# Your part\nThe problems below were found in the work in the current folder. Fix them.\n',
        '# Arguments\n{"to":"b"}\n- to: the new place\n',
        '# Change nothing but\n- src\n',
        '# What must hold\n- No tests change\n',
        '# Context\n- The whole is a testProject\n',
        '# Decided so far\n- Which store? LevelDB (it is here)\n- Where? Here\n',
        '# Guidance\n- Gently\n',
        '# Lessons\n- Run the linter first\n',
        '# Problem\nlint failed\n',
      ].join('\n'),
    );
  });

  test('omits empty sections, and tells a strategist how to answer', async () => {
    await using harness = await createToolHarness();
    const prompt = buildPrompt(harness.task({ role: 'strategy' })).text;
    expect(prompt.match(/^# .*$/gm)).toEqual(['# Goal', '# Your part']);
    expect(prompt).toContain('{"subplan": {"key"');
  });
});
