import { describe, expect, test } from 'vitest';
import { stepsAgent } from '../../../src/adapters/agents/steps.ts';
import { AgentStep } from '../../../src/model/agent.ts';
import { planSpec } from '../../fixtures.ts';
import { createToolHarness } from '../tool-harness.ts';

const agentOf = (...steps: unknown[]) => stepsAgent(steps.map(step => AgentStep.parse(step)));
const subplan = (goal: string, more: object = {}) => ({ subplan: { goal, resourceScopes: ['src'], ...more } });

describe('A steps agent', () => {
  test('runs the declared steps in order, through the tools [R160, R43]', async () => {
    await using harness = await createToolHarness({ old: 'x' });
    const agent = agentOf(
      { write: { path: 'a.txt', content: 'one' } },
      { edit: { path: 'a.txt', find: 'one', replace: 'two' } },
      { delete: { path: 'old' } },
      { run: { argv: ['sh', '-c', 'cat a.txt > b.txt'] } },
      { checkpoint: { label: 'half' } },
      { decide: { question: 'How?', choose: 'So' } },
      subplan('the rest'),
    );
    await agent.check();
    const answer = await agent.run(harness.task());
    expect(answer).toEqual({ decisions: [], summary: '7 steps' });
    expect(await harness.read('b.txt')).toBe('two');
    expect(harness.calls.map(({ tool }) => tool)).toEqual([
      'builtin/write',
      'builtin/edit',
      'builtin/delete',
      'builtin/run',
      'system/create_checkpoint',
      'builtin/decide',
      'builtin/plan-subplan',
    ]);
    expect(harness.decisions.map(({ type }) => type)).toEqual(['implementation_choice', 'subplan_parallel_spawn']);
    expect(harness.lines).toEqual([
      'step 1: write a.txt',
      'step 2: edit a.txt',
      'step 3: delete old',
      'step 4: run sh -c cat a.txt > b.txt',
      'step 5: checkpoint half',
      'step 6: decide So',
      'step 7: subplan the rest',
    ]);
  });

  test('makes the same calls for the same plan [R160]', async () => {
    await using harness = await createToolHarness();
    const agent = agentOf({ write: { path: 'a', content: 'b' } }, subplan('x'));
    await agent.run(harness.task());
    await agent.run(harness.task());
    const [first, second] = [harness.calls.slice(0, 2), harness.calls.slice(2)].map(calls =>
      calls.map(({ tool, input }) => ({ tool, input })),
    );
    expect(second).toEqual(first);
  });

  test('replaces placeholders for arguments, goal and action folder, and nothing else', async () => {
    const plan = planSpec({ arguments: { name: 'hello' }, description: 'Greet', actionDir: '/actions' });
    await using harness = await createToolHarness({}, { plan });
    const agent = agentOf({
      write: { path: '{{name}}.txt', content: '{{ goal }} {{actionDir}} {{unknown}} {name} {{toString}}' },
    });
    await agent.run(harness.task());
    expect(await harness.read('hello.txt')).toBe('Greet /actions {{unknown}} {name} {{toString}}');
  });

  test('fails with the end of the output when a program fails', async () => {
    await using harness = await createToolHarness();
    const agent = agentOf(
      { run: { argv: ['sh', '-c', 'echo because; exit 3'] } },
      { write: { path: 'a', content: '' } },
    );
    await expect(agent.run(harness.task())).rejects.toMatchObject({
      code: 'AGENT_FAILED',
      message: 'Step 1: sh -c echo because; exit 3 exited with 3: because',
      details: { exitCode: 3, output: 'because\n' },
    });
    expect(harness.calls).toHaveLength(1);
    const killed = agentOf({ run: { argv: ['sh', '-c', 'kill -9 $$'] } });
    await expect(killed.run(harness.task())).rejects.toThrow('was ended by SIGKILL');
  });

  test('gives a program its declared timeout', async () => {
    await using harness = await createToolHarness();
    const agent = agentOf({ run: { argv: ['sleep', '100'], timeoutSeconds: 0.05 } });
    await expect(agent.run(harness.task())).rejects.toMatchObject({ code: 'TIMED_OUT' });
  });
});

describe('A steps agent asked for a strategy', () => {
  test('makes decisions and plans subplans, each after its dependencies [R5, R160]', async () => {
    await using harness = await createToolHarness({}, { phase: 'strategize', agentRole: 'strategy' });
    const agent = agentOf(
      { decide: { question: 'Split?', choose: 'By folder', confidence: 0.8, alternatives: [{ description: 'No' }] } },
      subplan('roof', { key: 'roof', dependsOn: ['walls'], mergeStrategy: 'failOnConflict' }),
      subplan('walls', { key: 'walls' }),
      { subplan: { goal: 'garden' } },
    );
    await agent.check();
    await agent.run(harness.task({ role: 'strategy' }));
    const [choice, walls, roof, garden] = harness.decisions;
    expect(choice).toMatchObject({ type: 'strategy_choice', chosenOption: 'By folder', confidence: 0.8 });
    expect(walls).toMatchObject({ type: 'subplan_parallel_spawn', chosenOption: 'walls', dependsOn: [] });
    expect(roof).toMatchObject({ chosenOption: 'roof', dependsOn: [walls?.decisionId] });
    expect(roof?.payload).toMatchObject({ mergeStrategy: 'failOnConflict', resourceScopes: ['src'] });
    expect(garden?.payload).toMatchObject({ projectRef: 'main', resourceScopes: [], parallel: true });
  });

  test('does not write files, and fails before anything is recorded [R127]', async () => {
    await using harness = await createToolHarness({}, { phase: 'strategize' });
    const agent = agentOf({ decide: { question: 'q', choose: 'c' } }, { write: { path: 'a', content: '' } });
    await expect(agent.run(harness.task({ role: 'strategy' }))).rejects.toMatchObject({
      code: 'TOOL_REFUSED',
      message: expect.stringContaining('"write" belongs to the executionActor'),
    });
    expect(harness.calls).toEqual([]);
  });

  test('recognizes a plan that it created itself, and does not create its subplans again', async () => {
    const plan = planSpec({ depth: 1, description: 'walls of wood', arguments: { stuff: 'wood' } });
    await using harness = await createToolHarness({}, { plan });
    const steps = [subplan('walls of {{stuff}}'), subplan('roof'), { write: { path: 'a', content: '' } }];
    await agentOf(...steps).run(harness.task());
    expect(harness.calls.map(({ tool }) => tool)).toEqual(['builtin/write']);
    const other = planSpec({ depth: 1, description: 'a testProject', arguments: { stuff: 'wood' } });
    await agentOf(...steps).run(harness.task({ plan: other }));
    expect(harness.decisions.map(({ chosenOption }) => chosenOption)).toEqual(['walls of wood', 'roof']);
  });
});

describe('The condition of a step', () => {
  const steps = [
    { write: { path: 'always', content: '' } },
    { write: { path: 'fix', content: '' }, if: { role: 'fix' } },
    { write: { path: 'root', content: '' }, if: { depth: 0 } },
    { write: { path: 'goal', content: '' }, if: { goal: ['Other', 'Do it'] } },
    { write: { path: 'other', content: '' }, if: { goal: 'Other', role: 'execution' } },
  ];
  const paths = async (task: Parameters<Awaited<ReturnType<typeof createToolHarness>>['task']>[0]) => {
    await using harness = await createToolHarness();
    await agentOf(...steps).run(harness.task(task));
    return harness.calls.map(({ input }) => (input as { path: string }).path);
  };

  test('may test role, depth and goal; without a role the step runs in the roles strategy and execution', async () => {
    expect(await paths({})).toEqual(['always', 'root', 'goal']);
    expect(await paths({ role: 'fix', problem: 'it failed' })).toEqual(['fix']);
    expect(await paths({ role: 'conflict' })).toEqual([]);
    expect(await paths({ plan: planSpec({ depth: 1, description: 'Other' }) })).toEqual(['always', 'goal', 'other']);
  });

  test('is rejected if it has an unknown key', () => {
    expect(AgentStep.safeParse({ delete: { path: 'a' }, if: { rol: 'fix' } }).success).toBe(false);
  });
});

describe('Subplans', () => {
  test('that depend on each other in a cycle are rejected by the check, which names the cycle', async () => {
    const agent = agentOf(
      subplan('a', { key: 'a', dependsOn: ['b'] }),
      subplan('b', { key: 'b', dependsOn: ['c'] }),
      subplan('c', { key: 'c', dependsOn: ['b'] }),
    );
    await expect(agent.check()).rejects.toMatchObject({
      code: 'DEPENDENCY_CYCLE',
      message: expect.stringContaining('b → c → b'),
      details: { cycle: ['b', 'c', 'b'] },
    });
  });

  test('with an unknown or a duplicate key are rejected by the check', async () => {
    const unknown = agentOf(subplan('a', { dependsOn: ['b'] }));
    await expect(unknown.check()).rejects.toMatchObject({ code: 'INVALID_ACTION', where: 'subplan b' });
    const twice = agentOf(subplan('a', { key: 'x' }), subplan('b', { key: 'x' }));
    await expect(twice.check()).rejects.toMatchObject({
      code: 'INVALID_ACTION',
      message: expect.stringContaining('"x"'),
    });
  });

  test('that only share a dependency are not a cycle', async () => {
    const agent = agentOf(
      subplan('top', { key: 'top', dependsOn: ['left', 'right'] }),
      subplan('left', { key: 'left', dependsOn: ['base'] }),
      subplan('right', { key: 'right', dependsOn: ['base'] }),
      subplan('base', { key: 'base' }),
    );
    await using harness = await createToolHarness();
    await agent.run(harness.task());
    expect(harness.decisions.map(({ chosenOption }) => chosenOption)).toEqual(['base', 'left', 'right', 'top']);
  });
});
