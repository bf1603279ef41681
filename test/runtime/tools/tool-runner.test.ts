import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { manualClock } from '../../../src/adapters/clocks/manual-clock.ts';
import { directoryFiles } from '../../../src/adapters/files/directory-files.ts';
import { createCheckpointTool } from '../../../src/adapters/tools/checkpoint.ts';
import { planSubplanTool } from '../../../src/adapters/tools/subplan.ts';
import { writeFileTool } from '../../../src/adapters/tools/write.ts';
import { TroupeError } from '../../../src/model/errors.ts';
import { Profile, type ThresholdName, ToolGuards, thresholdNames } from '../../../src/model/profile.ts';
import type { SideEffect } from '../../../src/model/tool.ts';
import type { Tool } from '../../../src/ports/tool.ts';
import { createToolRunner } from '../../../src/runtime/tools/tool-runner.ts';
import type { PerformedCall } from '../../../src/runtime/tools/tool-runner-options.ts';
import { createToolHarness } from '../../adapters/tool-harness.ts';
import { planSpec } from '../../fixtures.ts';

/** A tool that only records that it ran. */
function noting(name: string, sideEffects: SideEffect[] = [], run?: Tool['run']) {
  const inputs: unknown[] = [];
  const tool: Tool = {
    name,
    description: 'Notes what it is given.',
    input: z.unknown(),
    output: z.unknown(),
    sideEffects,
    async run(input, context) {
      inputs.push(input);
      return run?.(input, context) ?? null;
    },
  };
  return { tool, inputs };
}

const profile = (height: number, others: Partial<Record<ThresholdName, number>> = {}, name = 'test') =>
  Profile.parse({
    name,
    thresholds: { ...Object.fromEntries(thresholdNames.map(threshold => [threshold, height])), ...others },
  });
const guards = (changes: Partial<ToolGuards>) => ToolGuards.parse(changes);

describe('A tool', () => {
  test('that is unknown is refused, with the probable name and the available ones [R60]', async () => {
    await using harness = await createToolHarness();
    await expect(harness.call('builtin/wirte', {})).rejects.toMatchObject({
      code: 'UNKNOWN_TOOL',
      message: 'There is no tool builtin/wirte; did you mean builtin/write?',
      details: { known: expect.arrayContaining(['builtin/plan-subplan']) },
    });
    await expect(harness.call('fly', {})).rejects.toMatchObject({
      message: expect.stringMatching(/^There is no tool fly; known: builtin\/read, /),
    });
    expect(harness.calls).toEqual([]);
  });

  test('is found by name and alias in any letter case', async () => {
    await using harness = await createToolHarness();
    await harness.call('Builtin/Write', { path: 'a', content: '' });
    await harness.call('local/WRITE', { path: 'a', content: '' });
    expect(harness.calls.map(({ tool }) => tool)).toEqual(['builtin/write', 'builtin/write']);
  });

  test('called with an unknown key is refused before anything runs [R65]', async () => {
    const { tool } = noting('my/tool');
    await using harness = await createToolHarness();
    const make = (key: string) => () => harness.runner({ tools: [{ ...tool, [key]: 1 } as Tool] });
    expect(make('sideEffect')).toThrow('The tool my/tool has an unknown key "sideEffect"; did you mean sideEffects?');
    expect(make('zzzzzzzz')).toThrow('known: name, aliases, description, input, output, sideEffects, invalid, run');
  });

  test('with input or output nested 100,000 levels deep fails that call, and the next call works [R189]', async () => {
    let deep: unknown[] = [];
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    const { tool } = noting('my/tool', [], async input => (input === 'deep' ? deep : input));
    await using harness = await createToolHarness({}, { tools: [tool] });
    const refused = { code: 'TOOL_REFUSED', message: expect.stringContaining('nests deeper than 200 levels') };
    await expect(harness.call('my/tool', deep)).rejects.toMatchObject(refused);
    await expect(harness.call('my/tool', 'deep')).rejects.toMatchObject(refused);
    expect(await harness.call('my/tool', 'flat')).toBe('flat');
  });

  test('cannot use the name of another', async () => {
    await using harness = await createToolHarness();
    const { tool } = noting('Builtin/write');
    expect(() => harness.runner({ tools: [writeFileTool, tool] })).toThrow(TypeError);
  });

  test('whose output does not match its schema is reported as a bug', async () => {
    const { tool } = noting('my/tool');
    await using harness = await createToolHarness({}, { tools: [{ ...tool, output: z.string() }] });
    await expect(harness.call('my/tool', {})).rejects.toThrow(TypeError);
    await expect(harness.call('my/tool', {})).rejects.toThrow('my/tool answered something else than it declares');
  });

  test('does not run on input that does not match its schema', async () => {
    await using harness = await createToolHarness();
    await expect(harness.call('write', { path: 'a', contents: '' })).rejects.toMatchObject({
      code: 'TOOL_REFUSED',
      message: expect.stringContaining('content: '),
    });
    await expect(harness.call('write', 'a')).rejects.toMatchObject({ message: expect.stringContaining('input: ') });
    expect(harness.calls[0]).toMatchObject({ tool: 'builtin/write', error: { code: 'TOOL_REFUSED' } });
  });
});

describe('The record of a call', () => {
  test('holds the actual input, the actual output and the duration [R116, R43]', async () => {
    const clock = manualClock(Date.UTC(2026, 0, 1));
    const { tool, inputs } = noting('my/tool', [], async () => {
      clock.advance(250);
      return { answer: 42, nothing: undefined };
    });
    await using harness = await createToolHarness({}, { tools: [tool], clock });
    const result = await harness.call('my/tool', { question: 'why', gap: undefined });
    expect(result).toStrictEqual({ answer: 42 });
    expect(inputs).toStrictEqual([{ question: 'why' }]);
    expect(harness.calls).toStrictEqual([
      {
        callId: expect.any(String),
        planId: harness.plan.planId,
        tool: 'my/tool',
        input: { question: 'why' },
        result: { answer: 42 },
        error: null,
        durationMs: 250,
        startedAt: '2026-01-01T00:00:00.000Z',
        undone: false,
      },
    ]);
  });

  test('of a call without input holds null', async () => {
    const { tool } = noting('my/tool');
    await using harness = await createToolHarness({}, { tools: [tool] });
    await harness.call('my/tool', undefined);
    expect(harness.calls[0]).toMatchObject({ input: null, result: null });
  });

  test('of a failed call holds the error and none of its decisions [R116]', async () => {
    const { tool } = noting('my/tool', [], async (_, { decide, mintId, plan }) => {
      decide({
        decisionId: mintId(),
        planId: plan.planId,
        parentDecisionId: plan.decisionRootId,
        type: 'implementation_choice',
        question: '',
        chosenOption: '',
        alternatives: [],
        confidence: 1,
        rationale: '',
        payload: {},
        dependsOn: [],
        contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
        artifacts: [],
        supersededBy: null,
      });
      throw new RangeError('out of range');
    });
    await using harness = await createToolHarness({}, { tools: [tool] });
    await expect(harness.call('my/tool', {})).rejects.toThrow(RangeError);
    expect(harness.calls[0]).toMatchObject({ result: null, error: { code: 'INTERNAL', message: 'out of range' } });
    expect(harness.decisions).toEqual([]);
  });

  test('is written in the order of the calls, one call at a time', async () => {
    let running = 0;
    const { tool, inputs } = noting('my/tool', [], async () => {
      running += 1;
      await new Promise(setImmediate);
      expect(running).toBe(1);
      running -= 1;
    });
    await using harness = await createToolHarness({}, { tools: [tool] });
    await Promise.all([1, 2, 3].map(number => harness.call('my/tool', number)));
    expect(inputs).toEqual([1, 2, 3]);
    expect(harness.calls.map(({ input }) => input)).toEqual([1, 2, 3]);
  });

  test('is optional', async () => {
    const { tool } = noting('my/tool', [], async (_, { log, spawns, key, plan }) => {
      log('unheard');
      return { spawns: spawns(), marked: key === plan.planId };
    });
    const call = createToolRunner({
      tools: [tool, createCheckpointTool],
      plan: planSpec(),
      phase: 'execute',
      agentRole: 'execution',
      files: directoryFiles('/'),
      workplace: async () => ({ directory: '/', variables: {} }),
      signal: new AbortController().signal,
      clock: manualClock(),
      mintId: () => 'id',
    });
    expect(await call('my/tool', {})).toEqual({ spawns: [], marked: true });
    await expect(call('checkpoint', { label: 'l' })).rejects.toMatchObject({ code: 'TOOL_REFUSED' });
  });
});

describe('Guards', () => {
  test('refuse a denied tool under any of its names [R112]', async () => {
    const { tool, inputs } = noting('my/tool');
    const denied = { ...tool, aliases: ['other'] };
    await using harness = await createToolHarness({}, { tools: [denied], guards: guards({ denyTools: ['OTHER'] }) });
    await expect(harness.call('my/tool', {})).rejects.toMatchObject({ code: 'TOOL_REFUSED', retriable: false });
    expect(inputs).toEqual([]);
    expect(harness.calls[0]).toMatchObject({ tool: 'my/tool', result: null, error: { code: 'TOOL_REFUSED' } });
  });

  test('let only allowed tools run when there is an allowlist [R112]', async () => {
    const { tool } = noting('my/tool');
    const { tool: other, inputs } = noting('my/other');
    await using harness = await createToolHarness(
      {},
      { tools: [tool, other], guards: guards({ allowTools: ['my/tool'] }) },
    );
    expect(await harness.call('my/tool', {})).toBeNull();
    await expect(harness.call('my/other', {})).rejects.toThrow(
      'my/other is not on the allowlist of the profile: my/tool',
    );
    expect(inputs).toEqual([]);
  });

  test('limit the calls of a step [R112]', async () => {
    const { tool, inputs } = noting('my/tool');
    await using harness = await createToolHarness({}, { tools: [tool], guards: guards({ callsPerStepMax: 2 }) });
    await harness.call('my/tool', 1);
    await harness.call('my/tool', 2);
    await expect(harness.call('my/tool', 3)).rejects.toThrow(
      'callsPerStepMax of the profile allows 2 tool calls in a step',
    );
    expect(inputs).toEqual([1, 2]);
  });

  test('are those of the profile by default', async () => {
    const { tool } = noting('my/tool');
    const plan = planSpec({ profileSnapshot: Profile.parse({ ...profile(0), guards: { denyTools: ['my/tool'] } }) });
    await using harness = await createToolHarness({}, { tools: [tool], plan });
    await expect(harness.call('my/tool', {})).rejects.toThrow('denylist');
  });

  test('stop when a budget is used up, and name it [R132]', async () => {
    const { tool } = noting('my/tool');
    await using harness = await createToolHarness({}, { tools: [tool], plan: planSpec({ budget: { toolCalls: 1 } }) });
    await harness.call('my/tool', {});
    await expect(harness.call('my/tool', {})).rejects.toMatchObject({
      code: 'BUDGET_EXHAUSTED',
      where: expect.stringContaining('budget.toolCalls'),
      details: { limit: 1, spent: 1 },
    });
  });

  test('charge calls to the budget, and refused calls are free [R132]', async () => {
    const { tool, inputs } = noting('my/tool');
    const { tool: denied } = noting('my/denied');
    const called: boolean[] = [];
    let spentUp: TroupeError | null = null;
    const account = { call: () => spentUp, called: (made: boolean) => called.push(made) };
    await using harness = await createToolHarness(
      {},
      { tools: [tool, denied], guards: guards({ denyTools: ['my/denied'] }) },
    );
    const call = harness.runner({ budget: account });
    await call('my/tool', 1);
    await expect(call('my/denied', 1)).rejects.toMatchObject({ code: 'TOOL_REFUSED' });
    spentUp = new TroupeError('BUDGET_EXHAUSTED', 'nothing is left');
    await expect(call('my/tool', 2)).rejects.toMatchObject({ code: 'BUDGET_EXHAUSTED' });
    expect([inputs, called]).toEqual([[1], [true, false]]);
  });

  test.each<[threshold: ThresholdName, effect: SideEffect, phase: 'execute' | 'apply']>([
    ['writeFiles', 'write_files', 'execute'],
    ['runCommands', 'run_process', 'execute'],
    ['startApply', 'write_files', 'apply'],
    ['startApply', 'run_process', 'apply'],
  ])('compare the confidence with %s for %s in %s [R108]', async (threshold, effect, phase) => {
    const { tool, inputs } = noting('my/tool', [effect]);
    const plan = planSpec({ profileSnapshot: profile(0, { [threshold]: 0.7 }) });
    await using harness = await createToolHarness({}, { tools: [tool], plan, phase });
    await expect(harness.runner({ confidence: 0.6 })('my/tool', {})).rejects.toMatchObject({
      code: 'APPROVAL_NEEDED',
      where: `profile test, threshold ${threshold}`,
    });
    expect(inputs).toEqual([]);
    await harness.runner({ confidence: 0.7 })('my/tool', {});
    await harness.runner({ confidence: 0.8 })('my/tool', {});
    expect(inputs).toHaveLength(2);
  });

  test.each<[kind: 'writeFiles' | 'runCommands' | 'spawnSubplans', effect: SideEffect]>([
    ['writeFiles', 'write_files'],
    ['runCommands', 'run_process'],
    ['spawnSubplans', 'spawn_subplan'],
  ])('follow the approval mode for %s, whatever the profile says [R155]', async (kind, effect) => {
    const { tool, inputs } = noting('my/tool', [effect]);
    const planWithMode = (mode: 'ask' | 'auto' | 'deny', height: number) =>
      planSpec({
        profileSnapshot: profile(height, { startApply: 0 }),
        approvalModes: { execute: { [kind]: mode }, timeoutSeconds: 1 },
      });
    await using harness = await createToolHarness({}, { tools: [tool] });
    await harness.runner({ plan: planWithMode('auto', 1) })('my/tool', 1);
    await expect(harness.runner({ plan: planWithMode('ask', 0) })('my/tool', 2)).rejects.toMatchObject({
      code: 'APPROVAL_NEEDED',
      details: { threshold: kind },
    });
    await expect(harness.runner({ plan: planWithMode('deny', 0) })('my/tool', 3)).rejects.toMatchObject({
      code: 'TOOL_REFUSED',
      message: `my/tool is refused: approvals.execute.${kind} is deny`,
    });
    const elsewhere = harness.runner({ plan: planWithMode('deny', 0), phase: 'apply' });
    expect(await Promise.allSettled([elsewhere('my/tool', 4)])).toMatchObject([
      { status: effect === 'spawn_subplan' ? 'rejected' : 'fulfilled' },
    ]);
    expect(inputs).toEqual(effect === 'spawn_subplan' ? [1] : [1, 4]);
  });

  test('judge subplans that a strategy plans with the strategy, not call by call', async () => {
    const { tool, inputs } = noting('my/tool', ['spawn_subplan']);
    await using harness = await createToolHarness(
      {},
      { tools: [tool], plan: planSpec({ profileSnapshot: profile(1) }) },
    );
    await harness.runner({ phase: 'strategize', agentRole: 'strategy' })('my/tool', 1);
    await expect(harness.runner()('my/tool', 2)).rejects.toMatchObject({ details: { threshold: 'spawnSubplans' } });
    expect(inputs).toEqual([1]);
  });

  test('ask a person if there is one, and follow the answer [R108]', async () => {
    const { tool, inputs } = noting('my/tool', ['write_files']);
    const plan = planSpec({ profileSnapshot: profile(1, {}, 'manual') });
    await using harness = await createToolHarness({}, { tools: [tool], plan });
    const asked: unknown[] = [];
    const answering = (verdict: 'approved' | 'denied' | 'expired') =>
      harness.runner({
        approve: async request => {
          asked.push(request);
          return { verdict, reason: 'The user was away' };
        },
      });
    await answering('approved')('my/tool', 'yes');
    await expect(answering('denied')('my/tool', 'no')).rejects.toMatchObject({
      code: 'TOOL_REFUSED',
      message: 'A person refused my/tool: The user was away',
    });
    await expect(answering('expired')('my/tool', 'late')).rejects.toMatchObject({
      code: 'APPROVAL_NEEDED',
      message: 'my/tool needs approval (profile manual), and was not approved: The user was away',
    });
    await expect(harness.call('my/tool', 'absent')).rejects.toMatchObject({
      code: 'APPROVAL_NEEDED',
      message: 'my/tool needs approval (profile manual), and there is no terminal to ask at',
    });
    expect(inputs).toEqual(['yes']);
    expect(asked).toEqual([
      { tool: 'my/tool', input: '"yes"', words: 'call my/tool "yes"', threshold: 'writeFiles' },
      { tool: 'my/tool', input: '"no"', words: 'call my/tool "no"', threshold: 'writeFiles' },
      { tool: 'my/tool', input: '"late"', words: 'call my/tool "late"', threshold: 'writeFiles' },
    ]);
  });

  test('apply in order: denylist, allowlist, calls, budget, write approval, apply approval', async () => {
    const { tool, inputs } = noting('my/tool', ['write_files']);
    const closed = {
      plan: planSpec({ budget: { toolCalls: 0 }, profileSnapshot: profile(1) }),
      phase: 'apply' as const,
      confidence: 0,
      tools: [tool, noting('my/other').tool],
    };
    await using harness = await createToolHarness();
    const refusal = async (changes: Parameters<typeof harness.runner>[0]) => {
      const call = harness.runner({ ...closed, ...changes });
      await call('my/other', {}).catch(() => undefined);
      const error: unknown = await call('my/tool', {}).catch((thrown: unknown) => thrown);
      if (!TroupeError.is(error)) throw new TypeError('It was not refused');
      return `${error.code} ${error.message} ${error.where}`;
    };
    const deny = ['my/tool'];
    const allow = ['my/other'];
    const one = { callsPerStepMax: 1 };
    const rich = planSpec({ profileSnapshot: profile(1) });
    const trusting = planSpec({ profileSnapshot: profile(0, { startApply: 1 }) });
    expect(await refusal({ guards: guards({ denyTools: deny, allowTools: allow, ...one }) })).toContain('denylist');
    expect(await refusal({ guards: guards({ allowTools: allow, ...one }) })).toContain('allowlist');
    expect(await refusal({ guards: guards(one) })).toContain('callsPerStepMax of the profile allows 1 ');
    expect(await refusal({ guards: guards({}) })).toContain('BUDGET_EXHAUSTED');
    expect(await refusal({ plan: rich })).toContain('threshold writeFiles');
    expect(await refusal({ plan: trusting })).toContain('threshold startApply');
    expect(inputs).toEqual([]);
  });
});

describe('What a phase refuses', () => {
  test.each<SideEffect>([
    'write_files',
    'run_process',
    'create_checkpoint',
  ])('in Strategize includes %s, also for every read-only role [R127]', async effect => {
    const { tool, inputs } = noting('my/tool', [effect]);
    await using harness = await createToolHarness({}, { tools: [tool] });
    const refused = { code: 'TOOL_REFUSED', message: expect.stringContaining('read-only') };
    await expect(harness.runner({ phase: 'strategize' })('my/tool', {})).rejects.toMatchObject(refused);
    await expect(harness.runner({ agentRole: 'strategy' })('my/tool', {})).rejects.toMatchObject(refused);
    await expect(harness.runner({ agentRole: 'estimation' })('my/tool', {})).rejects.toMatchObject(refused);
    expect(inputs).toEqual([]);
  });

  test('in Strategize does not include reading or planning subplans', async () => {
    await using harness = await createToolHarness({ a: 'text' }, { phase: 'strategize', agentRole: 'strategy' });
    expect(await harness.call('read', { path: 'a' })).toMatchObject({ content: 'text' });
    const input = { planId: harness.plan.planId, goal: 'g', projectRef: 'main' };
    expect(await harness.call('builtin/plan-subplan', input)).toMatchObject({ success: true });
  });

  test('in Apply includes spawning', async () => {
    await using harness = await createToolHarness({}, { phase: 'apply', tools: [planSubplanTool] });
    await expect(harness.call('builtin/plan-subplan', {})).rejects.toThrow('Apply spawns no subplans');
  });

  test('in a read-only plan includes writing', async () => {
    await using harness = await createToolHarness({}, { plan: planSpec({ readOnly: true }) });
    await expect(harness.call('write', { path: 'a', content: '' })).rejects.toThrow('the plan is read-only');
  });
});

describe('Checkpoints', () => {
  test('are created before and after a call that writes, and not around one that reads [R33]', async () => {
    await using harness = await createToolHarness(
      { a: '' },
      { checkpointOn: ['beforeToolExecute', 'afterToolExecute'] },
    );
    await harness.call('read', { path: 'a' });
    expect(harness.checkpoints).toEqual([]);
    await harness.call('write', { path: 'a', content: 'b' });
    expect(harness.checkpoints).toEqual([
      'beforeToolExecute null builtin/write',
      'afterToolExecute null builtin/write',
    ]);
  });

  test('are created as configured, and are part of the record', async () => {
    await using harness = await createToolHarness();
    const made: number[] = [];
    const call = harness.runner({
      checkpointOn: ['beforeToolExecute'],
      onCall: (_, { checkpoints }) => made.push(checkpoints.length),
    });
    await call('write', { path: 'a', content: 'b' });
    await call('checkpoint', { label: 'here' });
    await harness.runner({ onCall: (_, { checkpoints }) => made.push(checkpoints.length) })('delete', { path: 'a' });
    expect(made).toEqual([1, 1, 0]);
  });
});

describe('A durable call', () => {
  /** Records under the index, as the execute effect does. */
  function recorded(rows = new Map<number, PerformedCall>()) {
    const writes: boolean[] = [];
    return {
      rows,
      writes,
      async around(index: number, mayWrite: boolean, run: () => Promise<PerformedCall>) {
        const row = rows.get(index);
        if (row !== undefined) return row;
        writes.push(mayWrite);
        const done = await run();
        rows.set(index, JSON.parse(JSON.stringify(done)));
        return done;
      },
    };
  }

  test('is not repeated after a crash: its result and its decisions are restored [R123]', async () => {
    const record = recorded();
    await using harness = await createToolHarness({}, { around: record.around });
    const spawn = { planId: harness.plan.planId, goal: 'g', projectRef: 'main' };
    const script = async (call: typeof harness.call) => {
      await call('write', { path: 'a', content: 'one' });
      const first = (await call('builtin/plan-subplan', spawn)) as { decisionId: string };
      return [first, await call('builtin/plan-subplan', { ...spawn, dependencies: [first.decisionId] })];
    };
    const before = await script(harness.call);
    await harness.call('write', { path: 'a', content: 'two' });
    record.rows.delete(2);
    record.rows.delete(3);
    const after = await script(harness.runner());
    expect(after[0]).toEqual(before[0]);
    expect(after[1]).toMatchObject({ success: true, dependencies: [(before[0] as { decisionId: string }).decisionId] });
    expect(await harness.read('a')).toBe('two');
    expect(record.writes).toEqual([true, false, false, true, false]);
    expect(harness.decisions).toHaveLength(4);
  });

  test('that failed fails again with the same error', async () => {
    const record = recorded();
    await using harness = await createToolHarness({}, { around: record.around });
    const failing = () => harness.runner()('read', { path: 'none' });
    await expect(failing()).rejects.toMatchObject({ code: 'TOOL_FAILED', retriable: false });
    await expect(failing()).rejects.toSatisfy(TroupeError.is);
    await expect(failing()).rejects.toMatchObject({ code: 'TOOL_FAILED', where: 'none', retriable: false });
    expect(record.rows.size).toBe(1);
  });

  test('does not ask for approval a second time', async () => {
    const record = recorded();
    let asked = 0;
    await using harness = await createToolHarness(
      {},
      {
        plan: planSpec({ profileSnapshot: profile(1) }),
        confidence: 0.5,
        around: record.around,
        approve: async () => {
          asked += 1;
          return { verdict: 'approved' as const, reason: '' };
        },
      },
    );
    for (let life = 0; life < 2; life++) await harness.runner()('write', { path: 'a', content: '' });
    expect(asked).toBe(1);
  });

  test('is not answered from the record of another call', async () => {
    const record = recorded();
    await using harness = await createToolHarness({ a: '' }, { around: record.around });
    await harness.call('read', { path: 'a', offset: 0 });
    await expect(harness.runner()('read', { offset: 0, path: 'a' })).resolves.toMatchObject({ path: 'a' });
    const refused = { code: 'AGENT_FAILED', message: expect.stringContaining('did not repeat its calls') };
    await expect(harness.runner()('read', { path: 'b' })).rejects.toMatchObject(refused);
    await expect(harness.runner()('list', {})).rejects.toMatchObject(refused);
  });

  test('is refused once the agent is stopped', async () => {
    const { tool, inputs } = noting('my/tool');
    await using harness = await createToolHarness({}, { tools: [tool], signal: AbortSignal.abort() });
    await expect(harness.call('my/tool', {})).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(inputs).toEqual([]);
    expect(harness.calls).toEqual([]);
  });
});

describe('A recorded call with secrets [R182]', () => {
  const token = `gh${'p_'}${'aB3d'.repeat(9)}`;

  /** The records of a process that died: its calls are answered from them. */
  function recorded(rows = new Map<number, PerformedCall>()) {
    return async (index: number, _writes: boolean, run: () => Promise<PerformedCall>) => {
      const row = rows.get(index) ?? (JSON.parse(JSON.stringify(await run())) as PerformedCall);
      rows.set(index, row);
      return row;
    };
  }

  test('is recorded without them, and the agent gets them', async () => {
    const { tool } = noting('my/tool', [], async input => ({ received: input }));
    await using harness = await createToolHarness({}, { tools: [tool] });
    expect(await harness.call('my/tool', { text: `use ${token}` })).toEqual({ received: { text: `use ${token}` } });
    expect(harness.calls[0]).toMatchObject({
      input: { text: 'use [GitHub token]' },
      result: { received: { text: 'use [GitHub token]' } },
      redacted: true,
    });
  });

  test('is answered for the same input, and a tool that reads returns the secret again', async () => {
    await using harness = await createToolHarness({ a: `one ${token}` }, { around: recorded() });
    const read = async () => (await harness.runner()('read', { path: 'a' })) as { content: string };
    expect((await read()).content).toBe(`one ${token}`);
    expect((await read()).content).toBe(`one ${token}`);
  });

  test('is answered as recorded if the tool did more than read, and the placeholder of a secret is written nowhere', async () => {
    const { tool, inputs } = noting('my/run', ['run_process'], async () => `token: ${token}`);
    await using harness = await createToolHarness({}, { tools: [tool, writeFileTool], around: recorded() });
    expect(await harness.call('my/run', { with: token })).toBe(`token: ${token}`);
    const again = harness.runner();
    const answer = await again('my/run', { with: token });
    expect(answer).toBe('token: [GitHub token]');
    expect(inputs).toHaveLength(1);
    await expect(again('builtin/write', { path: 'a', content: `${answer}` })).rejects.toMatchObject({
      code: 'AGENT_FAILED',
      message: expect.stringContaining('builtin/write was given [GitHub token]'),
    });
    await again('builtin/write', { path: 'a', content: 'something else' });
  });
});
