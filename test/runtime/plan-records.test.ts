/** The rows of a plan: each matches a model, in a store that was closed and opened again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import { Action, type AgentTask, type Store } from '../../src/index.ts';
import { levelStore } from '../../src/level.ts';
import { Approval } from '../../src/model/approval.ts';
import { BudgetUsage } from '../../src/model/budget.ts';
import { Checkpoint } from '../../src/model/checkpoint.ts';
import { Conflict, Resolution } from '../../src/model/conflict.ts';
import { Correction } from '../../src/model/correction.ts';
import { Decision } from '../../src/model/decision.ts';
import { FailurePattern } from '../../src/model/failure-pattern.ts';
import { Invariant } from '../../src/model/invariant.ts';
import { PlanRecord } from '../../src/model/plan.ts';
import { keys } from '../../src/runtime/records/keys.ts';
import { createTestProject, spawnSubplan } from './test-project.ts';

const models: Record<string, z.ZodType> = {
  p: PlanRecord,
  n: Decision,
  c: Checkpoint,
  x: Conflict,
  h: Resolution,
  f: FailurePattern,
  y: Action,
  k: Correction,
  q: Approval,
  u: BudgetUsage,
  i: Invariant,
};

/** Rows without a model: the journal, notes about plans, checkouts and sessions, digests of checks, states of checkpoints, sizes, where plans are found and work. */
const notes = ['w', 'j', 'b', 'g', 'ch', 'as', 'cs', 'cb', 'e', 'l', 'sz', 'un', 'fm', 'id', 'at'];

/** The key letters of the models in a store, after each row was read back as it was written. */
async function modelsIn(store: Store): Promise<string[]> {
  const seen = new Set<string>();
  for await (const [key, value] of store.entries('')) {
    const [letter = ''] = key.split('/');
    const model = models[letter];
    if (model === undefined) continue;
    seen.add(letter);
    expect(model.parse(value), key).toEqual(value);
  }
  return [...seen];
}

const folder = mkdtempSync(join(tmpdir(), 'troupe-models-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const edit = (to: string) => ({
  kind: 'steps',
  steps: [{ edit: { path: 'a.txt', find: 'three', replace: to } }],
});

/** Fails once, then spawns two subplans that conflict. */
let isFirst = true;
async function play(task: AgentTask): Promise<void> {
  if (isFirst) {
    isFirst = false;
    throw new Error('nothing works today');
  }
  await task.call('write', { path: 'b.txt', content: 'b' });
  await spawnSubplan(task, 'blue', { executionActor: edit('blue') });
  await spawnSubplan(task, 'red', { executionActor: edit('red') });
}

describe('A plan in a store', () => {
  test('is unchanged after a restart: log, checkpoints in order, record of what was applied [R8, R122]', async () => {
    const store = levelStore(join(folder, 'store'));
    const testProject = await createTestProject({}, { store });
    const { plan, record } = await testProject.run(play);
    expect(record.state).toBe('conflicted');
    await plan.conflicts.resolve('a.txt', 'theirs');
    expect((await plan.waitUntilIdle()).state).toBe('complete');
    await plan.apply();
    const before = await plan.waitUntilIdle();

    const again = await (await testProject.reopen({ resume: false })).get(plan.id);
    expect(await again.record()).toEqual(before);
    expect(before.applySummary).toMatchObject({ target: { kind: 'checkout' }, files: ['a.txt', 'b.txt'] });
    expect(before.applySummary?.commits).toEqual([testProject.git('rev-parse', 'HEAD').trim()]);

    const calls = await again.toolCalls();
    expect(calls.map(({ tool }) => tool)).toEqual(['builtin/write', 'builtin/plan-subplan', 'builtin/plan-subplan']);
    const checkpoints = await again.checkpoints.list();
    const triggers = [
      'preExecute',
      'beforeToolExecute',
      'afterToolExecute',
      'onSubplanSpawn',
      'postExecute',
      'preApply',
    ];
    expect([...new Set(checkpoints.map(({ trigger }) => trigger))]).toEqual(triggers);
    const places = checkpoints.map(({ decisionSequence }) => decisionSequence);
    expect(places).toEqual([...places].sort((left, right) => left - right));
    expect(new Set(checkpoints.map(({ treeOid }) => treeOid)).size).toBeGreaterThan(2);
    await testProject.troupe.close();

    const rows = await store();
    expect((await modelsIn(rows)).sort()).toEqual(['c', 'f', 'h', 'n', 'p', 'u', 'x', 'y']);
    await rows.close();
  });

  test('with a correction and an approval stores rows of every model that read back as written [R8]', async () => {
    const store = memoryStore();
    const testProject = await createTestProject({}, { store });
    await testProject.troupe.addInvariant({ text: 'Be kind' }, { scope: 'project' });
    const { plan } = await testProject.run(
      async task => {
        await task.call('decide', { question: 'Which?', chosenOption: task.guidance.at(-1) ?? 'this', rationale: 'r' });
        await task.call('write', { path: 'b.txt', content: 'b' });
      },
      { approvals: { execute: { writeFiles: 'ask' } } },
    );
    await plan.approve({ always: true });
    await plan.waitUntilIdle();
    const wrong = (await plan.decisions()).find(({ chosenOption }) => chosenOption === 'this');
    await plan.correct(wrong?.decisionId ?? '', { guidance: 'that' });
    await plan.waitUntilIdle();
    await testProject.troupe.close();
    const rows = await store();
    expect(await modelsIn(rows)).toEqual(expect.arrayContaining(['i', 'k', 'n', 'p', 'q', 'u', 'y']));
    await rows.close();
    const letters = keys.versionedPrefixes.map(beginning => beginning.slice(0, -1));
    expect([...Object.keys(models), ...notes].sort()).toEqual(letters.sort());
  });
});
