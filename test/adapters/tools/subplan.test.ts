import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { builtinTools } from '../../../src/adapters/tools/builtin.ts';
import { toolJsonSchema } from '../../../src/adapters/tools/schema.ts';
import { planSubplanTool } from '../../../src/adapters/tools/subplan.ts';
import { SpawnPayload } from '../../../src/model/decision.ts';
import type { SubplanConfig } from '../../../src/model/subplan.ts';
import { planSpec, testId } from '../../fixtures.ts';
import { createToolHarness, type ToolHarness } from '../tool-harness.ts';

const good = (harness: ToolHarness) => ({
  planId: harness.plan.planId,
  goal: 'Tidy the tests',
  resourceScopes: ['test'],
});

const configured = (config: Partial<SubplanConfig>) => {
  const spec = planSpec();
  return { ...spec, subplanConfig: { ...spec.subplanConfig, ...config } };
};
const loose = configured({ mergeStrategy: 'lastWins', maxParallel: 50 });

type Answer = { success: true; decisionId: string } | { success: false; error: string };
const plan = async (harness: ToolHarness, changes: object) =>
  (await harness.call('builtin/plan-subplan', { ...good(harness), ...changes })) as Answer;

describe('builtin/plan-subplan', () => {
  test.each([
    [false, 'subplan_spawn', 'one after another'],
    [true, 'subplan_parallel_spawn', 'in parallel with its siblings'],
  ])('with parallel %j records a %s [R5, R69]', async (parallel, decisionType, mode) => {
    await using harness = await createToolHarness();
    const answer = await plan(harness, { parallel });
    expect(answer).toMatchObject({
      success: true,
      decisionType,
      rationale: `Subplan "Tidy the tests" on test; ${mode}; no dependencies; context view default`,
    });
    expect(harness.decisions).toHaveLength(1);
    expect(harness.decisions[0]).toMatchObject({ type: decisionType, chosenOption: 'Tidy the tests' });
  });

  test('returns the given parent, or the root of the plan without one [R58]', async () => {
    await using harness = await createToolHarness();
    expect(await plan(harness, { parentDecisionId: testId('D7') })).toMatchObject({ parentDecisionId: testId('D7') });
    expect(await plan(harness, {})).toMatchObject({ parentDecisionId: harness.plan.decisionRootId });
    expect(harness.decisions.map(({ parentDecisionId }) => parentDecisionId)).toEqual([
      testId('D7'),
      harness.plan.decisionRootId,
    ]);
  });

  test('stores its whole input as fields of the decision, in one normal form [R70, R64]', async () => {
    await using harness = await createToolHarness({}, { plan: loose });
    const first = await plan(harness, { parallel: true });
    if (!first.success) throw new TypeError(first.error);
    const agent = { kind: 'steps', steps: [{ write: { path: 'a', content: 'b' } }] };
    const answer = await plan(harness, {
      goal: ' Move the store ',
      resourceScopes: ['./src//store/', 'src/store', '.', 'docs/**'],
      projectRef: 'main',
      parallel: true,
      maxParallel: 3,
      mergeStrategy: 'lastWins',
      dependencies: [first.decisionId, first.decisionId],
      contextView: 'execute',
      strategyActor: 'planner',
      executionActor: agent,
      arguments: { folder: 'src' },
    });
    const payload = {
      planId: harness.plan.planId,
      goal: 'Move the store',
      resourceScopes: ['src/store', '**', 'docs/**'],
      projectRef: 'main',
      parallel: true,
      maxParallel: 3,
      mergeStrategy: 'lastWins',
      dependencies: [first.decisionId],
      contextView: 'execute',
      strategyActor: 'planner',
      executionActor: agent,
      arguments: { folder: 'src' },
    };
    expect(SpawnPayload.parse(harness.decisions[1]?.payload)).toEqual({ ...payload, guidance: [] });
    expect(harness.decisions[1]?.dependsOn).toEqual([first.decisionId]);
    expect(answer).toMatchObject({
      ...payload,
      rationale: `Subplan "Move the store" on src/store, **, docs/** in project main; in parallel with its siblings, at most 3 at once, merged by lastWins; after ${first.decisionId}; context view execute`,
    });
  });

  test.each<[field: string, changes: object]>([
    ['planId', { planId: 'plan-1' }],
    ['planId', { planId: testId('P9') }],
    ['goal', { goal: '' }],
    ['goal', { goal: '  ' }],
    ['resourceScopes', { resourceScopes: undefined }],
    ['resourceScopes', { resourceScopes: [] }],
    ['resourceScopes.0', { resourceScopes: [''] }],
    ['resourceScopes.0', { resourceScopes: ['  '] }],
    ['resourceScopes.1', { resourceScopes: ['src', '../other'] }],
    ['resourceScopes.0', { resourceScopes: ['src/../../other'] }],
    ['resourceScopes.0', { resourceScopes: ['src\\..\\other'] }],
    ['resourceScopes.0', { resourceScopes: ['/etc'] }],
    ['resourceScopes.0', { resourceScopes: ['C:/x'] }],
    ['resourceScopes.0', { resourceScopes: ['a\0b'] }],
    ['resourceScopes.0', { resourceScopes: ['x'.repeat(513)] }],
    ['projectRef', { projectRef: 'nowhere' }],
    ['maxParallel', { maxParallel: 0 }],
    ['maxParallel', { maxParallel: 51 }],
    ['mergeStrategy', { mergeStrategy: 'best' }],
    ['dependencies.0', { dependencies: ['not-a-ulid'] }],
    ['dependencies.0', { dependencies: [testId('D8')] }],
    ['contextView', { contextView: 'all' }],
    ['parentDecisionId', { parentDecisionId: 'root' }],
    ['executionActor', { executionActor: { kind: 'nothing' } }],
    ['extra', { extra: 1 }],
  ])('fails with an error that names %s for %j, and records no decision [R61, R62, R5]', async (field, changes) => {
    await using harness = await createToolHarness();
    const answer = await plan(harness, changes);
    if (answer.success) throw new TypeError('It was accepted');
    expect(answer.error).toContain(`${field}: `);
    expect(Object.keys(answer)).toEqual(['success', 'error']);
    expect(harness.decisions).toEqual([]);
  });

  test('accepts scopes of 1 and 512 characters, 50 scopes at once, and a project instead of scopes [R9]', async () => {
    for (const changes of [
      { resourceScopes: ['x'.repeat(512)] },
      { maxParallel: 1 },
      { maxParallel: 50 },
      { resourceScopes: undefined, projectRef: 'main' },
    ]) {
      await using harness = await createToolHarness({}, { plan: loose });
      expect(await plan(harness, changes)).toMatchObject({ success: true });
    }
  });

  test('reports several errors at once, and an input that is not an object', async () => {
    await using harness = await createToolHarness();
    expect(await plan(harness, { goal: 1, maxParallel: 99 })).toMatchObject({
      error: expect.stringMatching(/goal: .*; maxParallel: /),
    });
    expect(await harness.call('builtin/plan-subplan', null)).toMatchObject({ success: false });
  });

  test('passes on a bug unchanged [R63]', async () => {
    await using harness = await createToolHarness();
    const bug = new TypeError('undefined is not a function');
    const call = harness.runner({
      mintId: () => {
        throw bug;
      },
    });
    await expect(call('builtin/plan-subplan', good(harness))).rejects.toBe(bug);
    expect(harness.decisions).toEqual([]);
  });

  test.each<[field: string, config: Partial<SubplanConfig>, changes: object]>([
    ['mergeStrategy: lastWins is looser than', { mergeStrategy: 'failOnConflict' }, { mergeStrategy: 'lastWins' }],
    ['mergeStrategy: threeWay', { mergeStrategy: 'failOnConflict' }, { mergeStrategy: 'threeWay' }],
    ['mergeStrategy: sequentialApply', { mergeStrategy: 'failOnConflict' }, { mergeStrategy: 'sequentialApply' }],
    ['mergeStrategy: failOnConflict', { mergeStrategy: 'sequentialApply' }, { mergeStrategy: 'failOnConflict' }],
    ['mergeStrategy: lastWins', {}, { mergeStrategy: 'lastWins' }],
    ['maxParallel: 4 is more than the 3', { maxParallel: 3 }, { maxParallel: 4 }],
    ['isolation: none is looser than', {}, { isolation: 'none' }],
    ['isolation: worktree', { isolation: 'copy' }, { isolation: 'worktree' }],
  ])('rejects a configuration that is looser than that of the action: %s [R175]', async (start, config, changes) => {
    await using harness = await createToolHarness({}, { plan: configured(config) });
    expect(await plan(harness, changes)).toEqual({ success: false, error: expect.stringContaining(start) });
    expect(harness.decisions).toEqual([]);
  });

  test.each<[config: Partial<SubplanConfig>, changes: object]>([
    [{ mergeStrategy: 'lastWins' }, { mergeStrategy: 'threeWay' }],
    [{}, { mergeStrategy: 'failOnConflict' }],
    [{}, { mergeStrategy: 'sequentialApply' }],
    [{ mergeStrategy: 'lastWins' }, { mergeStrategy: 'lastWins' }],
    [{ maxParallel: 3 }, { maxParallel: 3 }],
    [{ isolation: 'none' }, { isolation: 'worktree' }],
    [{}, { isolation: 'copy' }],
    [{ executionMode: 'sequential' }, { parallel: true }],
  ])('accepts a configuration that is equal to or stricter than that of the action: %j, %j [R175]', async (config, changes) => {
    await using harness = await createToolHarness({}, { plan: configured(config) });
    expect(await plan(harness, changes)).toMatchObject({ success: true });
  });

  test.each<[field: string, first: object, second: object]>([
    ['maxParallel: 2 contradicts 3', { maxParallel: 3 }, { maxParallel: 2 }],
    ['mergeStrategy: ', { mergeStrategy: 'failOnConflict' }, { mergeStrategy: 'threeWay' }],
    ['parallel: false contradicts true', { parallel: true }, { parallel: false }],
  ])('rejects a contradiction to a sibling: %s [R175]', async (start, first, second) => {
    await using harness = await createToolHarness();
    expect(await plan(harness, first)).toMatchObject({ success: true });
    expect(await plan(harness, { goal: 'Another', ...second })).toEqual({
      success: false,
      error: expect.stringMatching(new RegExp(`^${start}.*"Tidy the tests"`)),
    });
    expect(await plan(harness, { goal: 'A third', ...first })).toMatchObject({ success: true });
    expect(harness.decisions).toHaveLength(2);
  });

  test('rejects files outside the scope of the parent plan [R180]', async () => {
    await using harness = await createToolHarness(
      {},
      { plan: { ...planSpec(), depth: 1, resourceScopes: ['src', 'docs/*.md'] } },
    );
    expect(await plan(harness, { resourceScopes: ['src/store', 'test'] })).toEqual({
      success: false,
      error: 'resourceScopes.1: test is outside the scope of this plan, src, docs/*.md',
    });
    expect(await plan(harness, { resourceScopes: ['.'] })).toMatchObject({ success: false });
    expect(harness.decisions).toEqual([]);
    for (const resourceScopes of [['src/store/**'], ['docs/a.md'], ['src', 'docs/*.md']]) {
      expect(await plan(harness, { resourceScopes })).toMatchObject({ success: true });
    }
  });

  test('for several projects rejects one in which the plan may change nothing [R180]', async () => {
    const [link] = planSpec().projectLinks;
    if (!link) throw new TypeError('no link');
    const projectLinks = ['main', 'lib'].map(alias => ({ ...link, alias, folder: alias }));
    await using harness = await createToolHarness(
      {},
      { plan: { ...planSpec(), projectLinks, resourceScopes: ['lib/src'] } },
    );
    expect(await plan(harness, { resourceScopes: undefined, projectRef: 'main' })).toEqual({
      success: false,
      error: 'projectRef: nothing of main is in the scope of this plan, lib/src',
    });
    expect(await plan(harness, { resourceScopes: undefined, projectRef: 'lib' })).toMatchObject({ success: true });
  });

  test('rejects a subplan that repeats its parent', async () => {
    const child = { depth: 1, description: 'Tidy the tests', resourceScopes: ['test'] };
    await using harness = await createToolHarness({}, { plan: { ...planSpec(), ...child } });
    expect(await plan(harness, { resourceScopes: ['./test/'] })).toEqual({
      success: false,
      error: expect.stringMatching(/^goal: this plan is the subplan "Tidy the tests" itself, .* depth, which is 1$/),
    });
    expect(await plan(harness, { resourceScopes: ['test/unit'] })).toMatchObject({ success: true });
    expect(await plan(harness, { goal: 'Tidy their fixtures' })).toMatchObject({ success: true });
    expect(await plan(harness, { arguments: { part: 2 } })).toMatchObject({ success: true });
    expect(harness.decisions).toHaveLength(3);
    await using given = await createToolHarness({}, { plan: { ...planSpec(), ...child, arguments: { part: 2 } } });
    expect(await plan(given, { arguments: { part: 2 } })).toMatchObject({ success: false });
    expect(await plan(given, {})).toMatchObject({ success: false });
    expect(await plan(given, { arguments: { part: 3 } })).toMatchObject({ success: true });

    const whole = { ...planSpec(), ...child, resourceScopes: [] };
    const ask = { resourceScopes: undefined, projectRef: 'main' };
    await using wide = await createToolHarness({}, { plan: whole });
    expect(await plan(wide, ask)).toMatchObject({ success: false });
    await using root = await createToolHarness({}, { plan: { ...whole, depth: 0 } });
    expect(await plan(root, ask)).toMatchObject({ success: true });
  });

  test('is found by its alias, and declares its side effect [R60, R66]', async () => {
    await using harness = await createToolHarness();
    expect(await harness.call('local/create-subplan', good(harness))).toMatchObject({ success: true });
    expect(harness.calls[0]?.tool).toBe('builtin/plan-subplan');
    expect(planSubplanTool.sideEffects).toEqual(['spawn_subplan']);
  });
});

describe('The JSON schema of a tool', () => {
  test('is byte for byte the same in another process, with sorted keys [R68]', () => {
    const program = `
      const { builtinTools } = await import(${JSON.stringify(fileURLToPath(new URL('../../../src/adapters/tools/builtin.ts', import.meta.url)))});
      const { toolJsonSchema } = await import(${JSON.stringify(fileURLToPath(new URL('../../../src/adapters/tools/schema.ts', import.meta.url)))});
      process.stdout.write(JSON.stringify(builtinTools({ env: {} }).toReversed().map(toolJsonSchema).toReversed()));`;
    const elsewhere = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      encoding: 'utf8',
      maxBuffer: 10e6,
    });
    const here = builtinTools({ env: {} }).map(toolJsonSchema);
    expect(elsewhere).toBe(JSON.stringify(here));
    expect(toolJsonSchema(planSubplanTool)).toMatchObject({
      type: 'object',
      required: ['planId', 'goal'],
      additionalProperties: false,
      properties: {
        maxParallel: { minimum: 1, maximum: 50 },
        mergeStrategy: { enum: ['threeWay', 'sequentialApply', 'failOnConflict', 'lastWins'] },
      },
    });
    for (const schema of here) expect(Object.keys(schema)).toEqual(Object.keys(schema).toSorted());
  });
});
