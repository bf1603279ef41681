import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type PlanEvent, TroupeError } from '../../src/index.ts';
import { hintLine } from '../hint-line.ts';
import { createTestProject } from './test-project.ts';

const write = (path: string, content: string) => ({ path, content });

describe('a plan on a real repository', () => {
  test('runs from goal to reviewed result to one commit, and does not touch the checkout before [R100, R101]', async () => {
    const testProject = await createTestProject();
    const before = testProject.git('rev-parse', 'HEAD');
    const { plan, record } = await testProject.run(({ call }) => call('write', write('b.txt', 'new\n')));
    expect([record.phase, record.state, record.resting]).toEqual(['execute', 'complete', true]);
    expect(record.changeSet?.files.map(({ path, operation }) => [path, operation])).toEqual([['b.txt', 'added']]);
    expect(testProject.git('rev-parse', 'HEAD')).toBe(before);
    expect(testProject.git('status', '--porcelain')).toBe('');
    await plan.apply();
    const applied = await plan.result();
    expect(applied.state).toBe('applied');
    expect(testProject.git('show', 'HEAD:b.txt')).toBe('new\n');
    expect(testProject.git('rev-parse', 'HEAD~1')).toBe(before);
    expect(applied.applySummary?.commits).toEqual([testProject.git('rev-parse', 'HEAD').trim()]);
  });

  test('has checkpoints before and after Execute and before Apply [R2]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(({ call }) => call('write', write('b.txt', 'new\n')));
    await plan.apply();
    await plan.waitUntilIdle();
    expect((await plan.checkpoints.list()).map(({ trigger }) => trigger)).toEqual([
      'preExecute',
      'beforeToolExecute',
      'afterToolExecute',
      'postExecute',
      'preApply',
    ]);
  });

  test('restores its checkout if Apply fails after moving files, and can be applied later [R2]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(({ call }) => call('write', write('a.txt', 'new\n')));
    const before = testProject.git('rev-parse', 'HEAD');
    const lock = join(testProject.folder, '.git/refs/heads/main.lock');
    writeFileSync(lock, '');
    await plan.apply();
    const failed = await plan.waitUntilIdle();
    expect([failed.phase, failed.state, failed.error?.code]).toEqual(['apply', 'errored', 'GIT_FAILED']);
    await expect(plan.result()).rejects.toMatchObject({ name: 'TroupeError', code: 'GIT_FAILED' });
    expect(readFileSync(join(testProject.folder, 'a.txt'), 'utf8')).toBe('one\ntwo\nthree\nfour\nfive\n');
    expect([testProject.git('rev-parse', 'HEAD'), testProject.git('status', '--porcelain')]).toEqual([before, '']);
    rmSync(lock);
    await plan.apply();
    expect((await plan.waitUntilIdle()).state).toBe('applied');
    expect(testProject.git('show', 'HEAD:a.txt')).toBe('new\n');
  });

  test('has one root decision that records the prompt [R82, R83]', async () => {
    const testProject = await createTestProject();
    const { plan, record } = await testProject.run(() => {});
    const decisions = await plan.decisions();
    const roots = decisions.filter(decision => decision.parentDecisionId === null);
    expect(roots.map(({ type, decisionId }) => [type, decisionId])).toEqual([
      ['prompt_definition', record.decisionRootId],
    ]);
    expect(decisions.map(({ sequence }) => sequence)).toEqual(
      decisions.map(({ sequence }) => sequence).sort((a, b) => a - b),
    );
  });

  test('records every tool call as it was made [R43, R116]', async () => {
    const testProject = await createTestProject();
    const { plan, record } = await testProject.run(async ({ call }) => {
      await call('write', write('b.txt', 'new\n'));
      await call('read', { path: 'b.txt' });
    });
    const calls = await plan.toolCalls();
    expect(calls.map(({ tool, input }) => [tool, input])).toEqual([
      ['builtin/write', write('b.txt', 'new\n')],
      ['builtin/read', { path: 'b.txt' }],
    ]);
    expect(record.toolCalls).toBe(2);
  });

  test('creates a checkpoint with the label that an agent requests [R32]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(({ call }) => call('system/create_checkpoint', { label: 'half way' }));
    expect((await plan.checkpoints.list()).map(({ label }) => label)).toContain('half way');
  });

  test('emits the same events live and from the journal [R39, R40]', async () => {
    const testProject = await createTestProject();
    await testProject.troupe.actions.create({ name: 'play', description: 'Play', executionActor: 'player' });
    const plan = await testProject.troupe.use({ action: 'play' });
    await plan.execute();
    const live: PlanEvent[] = [];
    for await (const event of plan.events()) live.push(event);
    const after: PlanEvent[] = [];
    for await (const event of plan.events()) after.push(event);
    expect(live).toEqual(after);
    expect(live.map(({ seq }) => seq)).toEqual([...new Set(live.map(({ seq }) => seq))].sort());
    const rest: PlanEvent[] = [];
    for await (const event of plan.events({ after: live[2]?.seq ?? '' })) rest.push(event);
    expect(rest).toEqual(live.slice(3));
  });

  test('refuses to apply an empty result unless allowed, and makes no commit either way [R323]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(() => {});
    await expect(plan.apply()).rejects.toMatchObject({ code: 'NOTHING_TO_APPLY' });
    const empty = await testProject.troupe.use({ action: 'play', allowEmpty: true });
    await empty.execute();
    await empty.waitUntilIdle();
    await empty.apply();
    expect(await empty.waitUntilIdle()).toMatchObject({ state: 'applied', applySummary: { commits: [], files: [] } });
    expect(testProject.git('rev-list', '--count', 'main').trim()).toBe('1');
  });

  test('keeps logs of agent output', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(({ log }) => log('hello'));
    const lines: string[] = [];
    for await (const { text } of plan.logs()) lines.push(text);
    expect(lines).toContain('hello');
  });
});

describe('when Strategize or Execute fails', () => {
  test('a strategist that writes files fails its phase, and its changes are discarded [R127]', async () => {
    const testProject = await createTestProject({
      scribbler: ({ directory }) => writeFileSync(join(directory, 'sneaked.txt'), 'x'),
    });
    await testProject.troupe.actions.create({
      name: 'play',
      description: 'Play',
      strategyActor: 'scribbler',
      executionActor: 'player',
    });
    const plan = await testProject.troupe.use({ action: 'play' });
    const record = await plan.waitUntilIdle();
    expect([record.phase, record.state, record.error?.code]).toEqual(['strategize', 'errored', 'READ_ONLY_BREACH']);
    expect(record.errorMessage).toContain('sneaked.txt');
    expect(testProject.git('status', '--porcelain')).toBe('');
    expect(testProject.git('for-each-ref', 'refs/troupe/plans')).toBe('');
  });

  test('an agent that writes into the checkout is reported with the files [R126]', async () => {
    const testProject = await createTestProject();
    const { record } = await testProject.run(({ log }) => {
      testProject.write('trespass.txt', 'x');
      log(`wrote ${testProject.folder}/trespass.txt`);
    });
    expect(record.error?.code).toBe('CHECKOUT_TOUCHED');
    expect(record.errorMessage).toContain('trespass.txt');
  });

  test('an agent with a transient failure is retried from a clean sandbox, as often as the profile says [R51, R106]', async () => {
    const testProject = await createTestProject();
    const found: boolean[] = [];
    const { record } = await testProject.run(async ({ call, directory }) => {
      found.push(existsSync(join(directory, 'half.txt')));
      await call('write', write('half.txt', 'x'));
      if (found.length === 1) throw new Error('a hiccup');
    });
    expect(found).toEqual([false, false]);
    expect(record.state).toBe('complete');
  });

  test('a failure leaves a decision, details and commands to run, and can be retried [R3, R54, R84, R93]', async () => {
    const testProject = await createTestProject();
    let tries = 0;
    const { plan, record } = await testProject.run(
      async ({ call }) => {
        await call('write', write('b.txt', 'half'));
        tries += 1;
        if (tries === 1)
          throw new TroupeError('AGENT_FAILED', 'It broke', { hints: ['mend it'], details: { line: 7 } });
      },
      { automationProfile: 'manual', approvals: { execute: { writeFiles: 'auto' } } },
    );
    expect([record.phase, record.state]).toEqual(['execute', 'errored']);
    expect(record.error?.hints).toEqual(
      expect.arrayContaining(['mend it', hintLine(`troupe plan execute ${plan.id}`)]),
    );
    expect(record.errorDetails).toMatchObject({ line: 7, code: 'AGENT_FAILED', phase: 'execute' });
    expect((await plan.decisions()).map(({ type }) => type)).toContain('error_recovery');
    expect((await plan.checkpoints.list()).map(({ trigger }) => trigger)).toContain('onError');
    await plan.execute();
    expect((await plan.waitUntilIdle()).state).toBe('complete');
  });

  test('preflight names every check that fails, before anything runs', async () => {
    const testProject = await createTestProject();
    await testProject.troupe.actions.create({
      name: 'play',
      description: 'Play',
      strategyActor: { kind: 'command', argv: ['no-such-program-at-all'] },
      executionActor: { kind: 'script', module: './missing.mjs' },
      budget: { toolCalls: 0 },
    });
    const plan = await testProject.troupe.use({ action: 'play' });
    const record = await plan.waitUntilIdle();
    expect(record.error?.code).toBe('PREFLIGHT_FAILED');
    expect(record.errorMessage).toMatch(/agents: .*no-such-program-at-all/);
    expect(record.errorMessage).toMatch(/budget: .*toolCalls is 0/);
    expect([record.phase, record.state]).toEqual(['strategize', 'queued']);
  });

  test('decisions that an agent invents are refused as a whole', async () => {
    const testProject = await createTestProject({
      dreamer: ({ plan }) => [
        {
          decisionId: plan.planId,
          planId: plan.planId,
          parentDecisionId: null,
          type: 'prompt_definition',
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
        },
      ],
    });
    await testProject.troupe.actions.create({
      name: 'play',
      description: 'Play',
      strategyActor: 'dreamer',
      executionActor: 'player',
    });
    const record = await (await testProject.troupe.use({ action: 'play' })).waitUntilIdle();
    expect(record.error?.code).toBe('INVALID_DECISION');
  });
});

describe('controlling a plan', () => {
  test('a manual plan waits for each command; of two concurrent commands one wins [R99, R108]', async () => {
    const testProject = await createTestProject();
    await testProject.troupe.actions.create({
      name: 'play',
      description: 'Play',
      executionActor: 'player',
      automationProfile: 'manual',
    });
    const plan = await testProject.troupe.use({ action: 'play' });
    expect((await plan.waitUntilIdle()).state).toBe('queued');
    const both = await Promise.allSettled([plan.execute(), plan.execute()]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'LOCK_CONFLICT' } });
    expect((await plan.waitUntilIdle()).state).toBe('complete');
  });

  test('a fourth reversion is refused, counted across restarts [R20, R23, R86, R96]', async () => {
    const testProject = await createTestProject();
    const seen: string[][] = [];
    const { plan } = await testProject.run(({ guidance }) => {
      seen.push([...guidance]);
    });
    for (const guidance of ['first', 'second', 'third']) {
      await plan.revert(guidance);
      await plan.waitUntilIdle();
      await plan.execute();
      await plan.waitUntilIdle();
    }
    const again = await (await testProject.reopen()).get(plan.id);
    expect(await again.record()).toMatchObject({ reversionCount: 3, attempt: 4, lastCheckpointId: expect.any(String) });
    await expect(again.revert()).rejects.toMatchObject({ code: 'REVERSION_LIMIT' });
    expect(seen.at(-1)).toEqual(['first', 'second', 'third']);
    const reversions = (await again.decisions()).filter(({ type }) => type === 'reversion');
    expect(reversions.map(({ chosenOption }) => chosenOption)).toEqual(['first', 'second', 'third']);
  });

  test('cancelling stops the agent and keeps its changes in a ref [R124]', async () => {
    const testProject = await createTestProject();
    await testProject.troupe.actions.create({ name: 'play', description: 'Play', executionActor: 'slow' });
    let begin = () => {};
    const agentStarted = new Promise<void>(resolve => {
      begin = resolve;
    });
    await testProject.reopen({
      agents: {
        slow: {
          check: async () => {},
          run: async ({ call, signal }) => {
            await call('write', write('b.txt', 'half done\n'));
            begin();
            await new Promise(resolve => signal.addEventListener('abort', resolve));
            return { decisions: [], summary: '' };
          },
        },
      },
    });
    const plan = await testProject.troupe.use({ action: 'play' });
    await plan.execute();
    await agentStarted;
    await plan.cancel('enough');
    const record = await plan.waitUntilIdle();
    expect([record.state, record.cancelReason]).toEqual(['cancelled', 'enough']);
    await expect(plan.result()).rejects.toMatchObject({
      code: 'CANCELLED',
      message: expect.stringContaining('enough'),
    });
    const refs = testProject
      .git('for-each-ref', '--format=%(refname)', `refs/troupe/plans/${plan.id}`)
      .trim()
      .split('\n');
    expect(refs.some(ref => testProject.git('ls-tree', '--name-only', ref).includes('b.txt'))).toBe(true);
    await expect(plan.execute()).rejects.toMatchObject({
      code: 'PHASE_GUARD',
      message: expect.stringContaining('cancelled'),
    });
  });

  test('a paused plan continues where it was, through the checks [R94]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(() => {});
    await plan.pause();
    expect((await plan.waitUntilIdle()).state).toBe('paused');
    await plan.resume();
    const record = await plan.waitUntilIdle();
    expect([record.phase, record.state]).toEqual(['execute', 'complete']);
    const kinds: string[] = [];
    for await (const event of plan.events()) kinds.push(event.type);
    expect(kinds.slice(kinds.lastIndexOf('invariant.reconciled'))).toContain('plan.phase_changed');
  });

  test('guidance is recorded and given to the next run [R105]', async () => {
    const testProject = await createTestProject();
    let received: readonly string[] = [];
    const { plan } = await testProject.run(({ guidance }) => {
      received = guidance;
    });
    await plan.prompt('mind the gap');
    await plan.revert();
    await plan.waitUntilIdle();
    await plan.execute();
    await plan.waitUntilIdle();
    expect(received).toContain('mind the gap');
    expect((await plan.decisions()).map(({ type }) => type)).toContain('user_intervention');
  });

  test('a plan is found by a part of its id, and an unknown id is reported', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(() => {});
    expect((await testProject.troupe.get(plan.id.slice(-6).toLowerCase())).id).toBe(plan.id);
    expect((await testProject.troupe.get()).id).toBe(plan.id);
    await expect(testProject.troupe.get('ZZZZ')).rejects.toMatchObject({ code: 'UNKNOWN_PLAN' });
    await expect(testProject.troupe.get('0')).resolves.toBeDefined();
    await testProject.troupe.use({ action: 'play' });
    await expect(testProject.troupe.get('0')).rejects.toThrow(/2 plans match "0"/);
    await expect(testProject.troupe.tree('nope')).rejects.toMatchObject({ code: 'UNKNOWN_PLAN' });
  });

  test('with one slot to execute, one plan waits for the other [R77]', async () => {
    const gates: (() => void)[] = [];
    const testProject = await createTestProject(
      { slow: () => new Promise<void>(resolve => gates.push(resolve)) },
      { concurrency: 1 },
    );
    await testProject.troupe.actions.create({ name: 'play', description: 'Play', executionActor: 'slow' });
    const first = await testProject.troupe.use({ action: 'play' });
    const second = await testProject.troupe.use({ action: 'play' });
    const started: string[] = [];
    const watch = (async () => {
      for await (const event of testProject.troupe.events()) {
        if (event.type !== 'plan.phase_changed' || event.to.phase !== 'execute' || event.to.state !== 'processing')
          continue;
        started.push(event.planId);
        if (started.length === 2) return;
        await waitFor(() => gates.length === 1);
        const other = event.planId === first.id ? second : first;
        const { phase, state } = await other.record();
        expect(`${phase}.${state}`).not.toBe('execute.processing');
        gates[0]?.();
      }
    })();
    await first.execute();
    await second.execute();
    await watch;
    expect(started.sort()).toEqual([first.id, second.id].sort());
    await waitFor(() => gates.length === 2);
    gates[1]?.();
    await Promise.all([first.waitUntilIdle(), second.waitUntilIdle()]);
  });
});

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setImmediate(resolve));
}
