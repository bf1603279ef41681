import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AgentTask, Plan } from '../../../src/index.ts';
import { createTestProject, spawnSubplan } from '../test-project.ts';

const middle = 'two\nthree\nfour\n';
const base = `one\n${middle}five\n`;
const both = (first: string, last: string) => `${first}\n${middle}${last}\n`;

/** A subplan that writes one file. */
const writing = (goal: string, content: string, path = 'a.txt') => ({
  subplan: { goal, executionActor: { kind: 'steps', steps: [{ write: { path, content } }] } },
});

/** Two subplans whose changes overlap in two places of one file. */
const quarrel = {
  strategyActor: {
    kind: 'steps',
    steps: [writing('be loud', both('ONE', 'FIVE')), writing('be brief', both('1', '5'))],
  },
};
const files = { 'a.txt': base };

async function quarrelling(plays: Record<string, (task: AgentTask) => unknown> = {}, action = {}) {
  const testProject = await createTestProject(plays, { files });
  return { testProject, ...(await testProject.run(() => {}, { ...quarrel, ...action })) };
}

const resultOf = async (testProject: { git(...words: string[]): string }, plan: Plan, path = 'a.txt') =>
  testProject.git('cat-file', 'blob', `${(await plan.record()).resultTree}:${path}`);

describe('A conflict', () => {
  test('lists its hunks, the goal of each side and the suggested resolutions [R128]', async () => {
    const { plan } = await quarrelling();
    const conflict = await plan.conflicts.get('a.txt');
    expect(conflict).toMatchObject({ ours: { goals: ['be loud'] }, theirs: { goals: ['be brief'] }, resolution: null });
    expect(conflict.texts).toEqual([
      { base: 'one\n', ours: 'ONE\n', theirs: '1\n' },
      { base: 'five\n', ours: 'FIVE\n', theirs: '5\n' },
    ]);
    expect(String(conflict.content)).toContain('<<<<<<< ours\nONE\n||||||| base\none\n=======\n1\n>>>>>>> ');
    const { content: _, ...withoutFile } = conflict;
    expect(await plan.conflicts.texts()).toEqual([withoutFile]);
    await expect(plan.conflicts.get('b.txt')).rejects.toMatchObject({ code: 'UNKNOWN_CONFLICT' });
  });

  test('is resolved hunk by hunk, also with a restart between two hunks [R28]', async () => {
    const { testProject, plan } = await quarrelling();
    await plan.conflicts.resolve('a.txt', 'theirs', { hunk: 2 });
    expect((await plan.waitUntilIdle()).state).toBe('conflicted');
    const again = await (await testProject.reopen()).get(plan.id);
    const [conflict] = await again.conflicts.list();
    expect(conflict?.hunks.map(({ taken }) => taken)).toEqual([null, 'theirs']);
    expect(conflict?.resolution).toBeNull();
    const { content, texts } = await again.conflicts.get('a.txt');
    expect(texts).toHaveLength(2);
    expect(String(content)).toMatch(/^<<<<<<< ours\nONE\n[\s\S]*>>>>>>> \w+\ntwo\nthree\nfour\n5\n$/);
    await expect(again.conflicts.resolve('a.txt#2', 'ours')).rejects.toMatchObject({ code: 'CONFLICT_RESOLVED' });
    await expect(again.conflicts.resolve('a.txt#3', 'ours')).rejects.toMatchObject({ code: 'UNKNOWN_CONFLICT' });
    await again.conflicts.resolve('a.txt#1', { content: Buffer.from('One') });
    expect((await again.waitUntilIdle()).state).toBe('complete');
    expect(await resultOf(testProject, again)).toBe(both('One', '5'));
    const [resolved] = await again.conflicts.list();
    expect(resolved?.resolution).toMatchObject({ take: 'hunk', hunk: 1 });
    await expect(again.conflicts.resolve('a.txt', 'ours')).rejects.toMatchObject({ code: 'CONFLICT_RESOLVED' });
  });

  test('can keep both sides of one hunk, and resolve the rest of the file as a whole', async () => {
    const { testProject, plan } = await quarrelling();
    await expect(plan.conflicts.resolve('a.txt', 'both')).rejects.toMatchObject({ code: 'USAGE' });
    await expect(plan.conflicts.resolve('a.txt#1', { actor: 'player' })).rejects.toMatchObject({ code: 'USAGE' });
    await plan.conflicts.resolve('a.txt#1', 'both');
    await plan.conflicts.resolve('a.txt#2', 'base');
    expect((await plan.waitUntilIdle()).state).toBe('complete');
    expect(await resultOf(testProject, plan)).toBe(both('ONE\n1', 'five'));
  });

  test('resolved with given content keeps the mode of the file', async () => {
    const testProject = await createTestProject({}, { files });
    testProject.git('update-index', '--chmod=+x', 'a.txt');
    testProject.git('commit', '--quiet', '--message=Run it');
    testProject.git('checkout', '--quiet', '--', '.');
    const { plan } = await testProject.run(() => {}, quarrel);
    await plan.conflicts.resolve('a.txt', { content: Buffer.from('mine\n') });
    expect((await plan.waitUntilIdle()).state).toBe('complete');
    expect(testProject.git('ls-tree', (await plan.record()).resultTree ?? '', 'a.txt').slice(0, 6)).toBe('100755');
  });

  test('is followed by the validations of its resolution', async () => {
    const validations = [{ name: 'quiet', argv: ['grep', '-q', '^1$', 'a.txt'] }];
    const { plan } = await quarrelling({}, { validations });
    expect((await plan.record()).validationResults).toEqual([]);
    await plan.conflicts.resolve('a.txt', 'theirs');
    expect((await plan.waitUntilIdle()).state).toBe('complete');
    expect((await plan.record()).validationResults).toMatchObject([{ name: 'quiet', passed: true }]);
  });
});

test('Two files are resolved one after the other; the sandbox shows the resolved one, and a failure is reported at once', async () => {
  const testProject = await createTestProject(
    { judge: task => task.call('write', { path: 'a.txt', content: 'judged\n' }), idle: () => {} },
    { files: { 'a.txt': base, 'b.txt': base } },
  );
  const writes = (goal: string, content: string) => ({
    subplan: {
      goal,
      executionActor: { kind: 'steps', steps: ['a.txt', 'b.txt'].map(path => ({ write: { path, content } })) },
    },
  });
  const strategyActor = { kind: 'steps', steps: [writes('be loud', 'LOUD\n'), writes('be brief', '!\n')] };
  const { plan, record } = await testProject.run(() => {}, { strategyActor });
  const inSandbox = (path: string) => readFileSync(join(record.sandbox?.path ?? '', path), 'utf8');
  await plan.conflicts.resolve('a.txt', { actor: 'idle' });
  expect(await plan.waitUntilIdle()).toMatchObject({ state: 'conflicted', error: { code: 'CONFLICT_LEFT' } });
  await plan.conflicts.resolve('a.txt', { actor: 'judge' });
  expect(await plan.waitUntilIdle()).toMatchObject({
    state: 'conflicted',
    error: null,
    conflicts: [{ path: 'b.txt' }],
  });
  expect(inSandbox('a.txt')).toBe('judged\n');
  expect(inSandbox('b.txt')).toContain('<<<<<<< ours\nLOUD\n');
  await plan.conflicts.resolve('b.txt', 'theirs');
  expect((await plan.waitUntilIdle()).state).toBe('complete');
  expect([await resultOf(testProject, plan), await resultOf(testProject, plan, 'b.txt')]).toEqual(['judged\n', '!\n']);
});

describe('A policy resolves conflicts before a person is asked', () => {
  test.each([
    ['preferOurs', both('ONE', 'FIVE')],
    ['preferTheirs', both('1', '5')],
  ])('%s', async (conflictPolicy, result) => {
    const { testProject, plan, record } = await quarrelling({}, { subplans: { conflictPolicy } });
    expect(record.state).toBe('complete');
    expect(await resultOf(testProject, plan)).toBe(result);
  });

  test('actor: the conflict agent, whose output is kept', async () => {
    const seen: AgentTask[] = [];
    const judge = async (task: AgentTask) => {
      seen.push(task);
      await task.call('write', { path: 'a.txt', content: both('one!', 'five!') });
    };
    const { testProject, plan, record } = await quarrelling(
      { judge },
      { conflictActor: 'judge', subplans: { conflictPolicy: 'actor' } },
    );
    expect(record.state).toBe('complete');
    expect(record.toolCalls).toBe(1);
    expect(await resultOf(testProject, plan)).toBe(both('one!', 'five!'));
    expect(seen.map(({ role }) => role)).toEqual(['conflict']);
    expect(seen[0]?.problem).toContain('Resolve the conflict in a.txt (content)');
    expect(seen[0]?.problem).toContain('Ours: be loud\nTheirs: be brief');
    expect(await plan.conflicts.list()).toMatchObject([{ resolution: { take: 'actor', actor: null } }]);
  });

  test('actor: the execution agent if no other is named; what it leaves unresolved waits for a person', async () => {
    const { testProject, plan, record } = await quarrelling({}, { subplans: { conflictPolicy: 'actor' } });
    expect(record).toMatchObject({ state: 'conflicted', error: { code: 'CONFLICT_LEFT' } });
    expect(record.errorMessage).toContain('it was not touched');
    await plan.conflicts.resolve('a.txt', 'ours');
    expect((await plan.waitUntilIdle()).error).toBeNull();
    expect(await resultOf(testProject, plan)).toBe(both('ONE', 'FIVE'));
  });
});

describe('An agent that a person asks to resolve a conflict', () => {
  const invalidResolutions: [what: string, play: (task: AgentTask) => unknown, code: string, says: RegExp][] = [
    [
      'leaves a marker',
      task => task.call('edit', { path: 'a.txt', find: 'ONE', replace: 'One' }),
      'CONFLICT_LEFT',
      /<<<<<<< ours/,
    ],
    [
      'changes another file',
      async task => {
        await task.call('write', { path: 'a.txt', content: base });
        await task.call('write', { path: 'b.txt', content: base });
      },
      'OUT_OF_SCOPE',
      /the agent changed b\.txt/,
    ],
    ['fails', () => Promise.reject(new Error('no idea')), 'INTERNAL', /no idea/],
    [
      'touches the checkout',
      task => {
        const file = join(task.plan.projectLinks[0]?.root ?? '', 'a.txt');
        writeFileSync(file, 'x');
        task.log(`wrote ${file}`);
      },
      'CHECKOUT_TOUCHED',
      /a\.txt/,
    ],
  ];
  test.each(invalidResolutions)('resolves nothing if it %s', async (_, play, code, says) => {
    const { testProject, plan, record } = await quarrelling({ judge: play });
    await plan.conflicts.resolve('a.txt', { actor: 'judge' });
    const after = await plan.waitUntilIdle();
    expect(after).toMatchObject({ state: 'conflicted', error: { code } });
    expect(after.errorMessage).toMatch(says);
    const sandbox = record.sandbox?.path ?? '';
    expect(testProject.git('-C', sandbox, 'status', '--porcelain')).toBe('M  a.txt\n');
    expect(readFileSync(join(sandbox, 'a.txt'), 'utf8')).toContain('<<<<<<< ours\nONE\n');
    await plan.conflicts.resolve('a.txt', 'ours');
    expect((await plan.waitUntilIdle()).state).toBe('complete');
  });

  test('may resolve it by deleting the file, and an unknown agent is refused by name', async () => {
    const { testProject, plan } = await quarrelling({ judge: task => task.call('delete', { path: 'a.txt' }) });
    await plan.conflicts.resolve('a.txt', { actor: 'stranger' });
    expect(await plan.waitUntilIdle()).toMatchObject({ state: 'conflicted', error: { code: 'UNKNOWN_AGENT' } });
    await plan.conflicts.resolve('a.txt', { actor: 'judge' });
    expect((await plan.waitUntilIdle()).state).toBe('complete');
    expect(testProject.git('ls-tree', '--name-only', (await plan.record()).resultTree ?? '')).toBe('');
  });
});

test('A conflict in a subplan makes its parent wait, and both continue when it is resolved', async () => {
  const testProject = await createTestProject(
    {
      middle: async task => {
        await spawnSubplan(task, 'be loud', { executionActor: quarrel.strategyActor.steps[0]?.subplan.executionActor });
        await spawnSubplan(task, 'be brief', {
          executionActor: quarrel.strategyActor.steps[1]?.subplan.executionActor,
        });
      },
    },
    { files },
  );
  await testProject.troupe.actions.create({
    name: 'nested',
    description: 'Nested',
    executionActor: { kind: 'steps', steps: [{ subplan: { goal: 'the middle', executionActor: 'middle' } }] },
  });
  const plan = await testProject.troupe.use({ action: 'nested' });
  await plan.execute();
  const child = await conflictedBelow(plan);
  expect(await plan.record()).toMatchObject({ state: 'processing', resting: false });
  const again = await testProject.reopen();
  await (await again.get(child)).conflicts.resolve('a.txt', 'theirs');
  const top = await again.get(plan.id);
  expect((await top.waitUntilIdle()).state).toBe('complete');
  expect(await resultOf(testProject, top)).toBe(both('1', '5'));
});

async function conflictedBelow(plan: Plan): Promise<string> {
  for await (const event of plan.events()) {
    if (event.type === 'plan.phase_changed' && event.to.state === 'conflicted') return event.planId;
  }
  throw new Error(`nothing below ${plan.id} is in conflict`);
}

describe('a conflict that was discarded', () => {
  /** The plan again, with the conflicts of its first merge resolved, and then rolled back. */
  const rolledBack = async () => {
    const { testProject, plan } = await quarrelling();
    const [first] = await plan.conflicts.list();
    await plan.conflicts.resolve('a.txt', 'theirs');
    await plan.waitUntilIdle();
    const preExecute = (await plan.checkpoints.list()).find(({ trigger }) => trigger === 'preExecute');
    await plan.rollback(preExecute?.checkpointId ?? '');
    return { testProject, plan, firstId: first?.conflictId ?? '' };
  };

  test('by a rollback is not listed, an id names no other conflict of its path, and the journal keeps it', async () => {
    const { plan, firstId } = await rolledBack();
    expect(await plan.conflicts.list()).toEqual([]);
    await plan.execute();
    await plan.waitUntilIdle();
    const [open, ...others] = await plan.conflicts.list();
    expect([open?.path, open?.resolution, others]).toEqual(['a.txt', null, []]);
    expect(open?.conflictId).not.toBe(firstId);
    await expect(plan.conflicts.resolve(firstId, 'ours')).rejects.toMatchObject({ code: 'UNKNOWN_CONFLICT' });
    await plan.conflicts.resolve(open?.conflictId ?? '', 'ours');
    expect((await plan.waitUntilIdle()).state).toBe('complete');
    const found: string[] = [];
    for await (const event of plan.events()) if (event.type === 'conflict.found') found.push(event.conflict.conflictId);
    expect(found).toEqual([firstId, open?.conflictId]);
  });

  test('is listed again with its resolution when the rollback itself is rolled back', async () => {
    const { plan, firstId } = await rolledBack();
    const present = (await plan.checkpoints.list()).find(({ trigger }) => trigger === 'beforeRollback');
    await plan.rollback(present?.checkpointId ?? '');
    expect(await plan.conflicts.list()).toMatchObject([{ conflictId: firstId, resolution: { take: 'theirs' } }]);
  });

  test('by a correction of a subplan, or by a new strategy, is not listed', async () => {
    const { plan } = await quarrelling();
    await plan.conflicts.resolve('a.txt', 'theirs');
    await plan.waitUntilIdle();
    const spawn = (await plan.decisions()).findLast(({ type }) => type.startsWith('subplan'));
    await plan.correct(spawn?.decisionId ?? '', { guidance: 'be briefer' });
    expect((await plan.conflicts.list()).filter(({ resolution }) => resolution !== null)).toEqual([]);
  });
});
