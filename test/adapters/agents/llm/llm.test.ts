import { describe, expect, test } from 'vitest';
import type { Decision } from '../../../../src/model/decision.ts';
import { key, tryLlmAgent } from './try-llm-agent.ts';

const work = [
  { text: 'I look first.', calls: [{ name: 'read', input: { path: 'a.txt' } }] },
  {
    thought: 'Two words do.',
    calls: [
      { name: 'edit', input: { path: 'a.txt', find: 'two', replace: '2' } },
      { name: 'write', input: { path: 'b/new.txt', content: 'new\n' } },
      { name: 'run', input: { argv: ['cat', 'b/new.txt'] } },
    ],
  },
  { text: 'Both files are done.' },
];

test('A model whose plan has subplans is asked only for what they leave', async () => {
  const task = async (type: string, supersededBy: string | null = null) => {
    await using trial = await tryLlmAgent([{ text: 'Done.' }]);
    const decision = { type, supersededBy, question: 'Subplan', chosenOption: 'write b.txt', rationale: '' };
    await trial.run({ decisions: [decision as Decision] });
    return trial.stub.requests[0]?.task;
  };
  const words = 'Do only what they leave';
  expect(await task('subplan_parallel_spawn')).toContain(words);
  expect(await task('subplan_spawn')).toContain(words);
  expect(await task('subplan_spawn', 'another')).not.toContain(words);
  expect(await task('strategy_choice')).not.toContain(words);
});

describe.each(['anthropic', 'openai', 'google', 'openai-compatible'] as const)('A model of %s', api => {
  test('works with the tools until it says that it is done [R234, R246]', async () => {
    await using trial = await tryLlmAgent(work, { api });
    const answer = await trial.run();
    expect(answer).toEqual({ decisions: [], summary: 'Both files are done.' });
    expect(await trial.harness.read('a.txt')).toBe('one\n2\nthree\n');
    expect(trial.harness.calls.map(({ tool }) => tool)).toEqual([
      'builtin/read',
      'builtin/edit',
      'builtin/write',
      'builtin/run',
    ]);
    const { requests } = trial.stub;
    expect(requests.map(({ turn }) => turn)).toEqual([0, 1, 2]);
    expect(requests[0]?.task).toContain('# Goal');
    expect(requests[0]?.tools).toEqual([
      ...[
        'read',
        'list',
        'search',
        'write',
        'edit',
        'delete',
        'run',
        'checkpoint',
        'ask_person',
        'decide',
        'plan_subplan',
      ],
    ]);
    expect(JSON.stringify(requests[0]?.body)).not.toContain('"default":256000');
    expect(requests[1]?.results).toEqual(['one\ntwo\nthree\n']);
    expect(requests[2]?.results.at(-1)).toBe('exit code 0\nnew\n');
    expect(trial.harness.lines).toEqual([
      ...['I look first.', 'reads a.txt', 'edits a.txt', 'writes b/new.txt', 'runs cat b/new.txt'],
      ...['new', 'Both files are done.'],
    ]);
    expect(trial.usage).toEqual([{ tokens: 1550 }, { tokens: 1550 }, { tokens: 1550 }]);
    const sent = JSON.stringify(requests[0]?.headers);
    expect(sent).toContain(key);
  });

  test('gets its thoughts back unchanged, and thinks with the effort that is set', async () => {
    await using trial = await tryLlmAgent(work, { api, spec: { effort: 'high', maxTokens: 4000 } });
    await trial.run();
    const [first, , last] = trial.stub.requests.map(({ body }) => JSON.stringify(body));
    if (api !== 'openai-compatible') expect(last).toContain('signed Two words do.');
    expect(first).toMatch(/"(effort|reasoning_effort|thinkingLevel)":"high"/);
    expect(first).toContain('4000');
  });

  test('that was interrupted is not asked again what is recorded', async () => {
    await using trial = await tryLlmAgent(work, { api });
    await trial.run();
    await trial.harness.call('write', { path: 'a.txt', content: 'one\ntwo\nthree\n' });
    await trial.run();
    expect(trial.stub.requests).toHaveLength(3);
  });
});
