/** What a plan leaves behind: every row is one of our models, in a store that was closed and opened again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { Action, type AgentTask } from '../../src/index.ts';
import { levelStore } from '../../src/level.ts';
import { Checkpoint } from '../../src/model/checkpoint.ts';
import { Conflict, Resolution } from '../../src/model/conflict.ts';
import { Decision } from '../../src/model/decision.ts';
import { FailurePattern } from '../../src/model/pattern.ts';
import { PlanRecord } from '../../src/model/plan.ts';
import { playhouse, spawn } from './playhouse.ts';

const models: Record<string, z.ZodType> = {
  p: PlanRecord,
  n: Decision,
  c: Checkpoint,
  x: Conflict,
  h: Resolution,
  f: FailurePattern,
  y: Action,
};

const folder = mkdtempSync(join(tmpdir(), 'troupe-models-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const edit = (to: string) => ({
  kind: 'steps',
  steps: [{ edit: { path: 'a.txt', find: 'three', replace: to } }],
});

/** Fails once, then spawns two subplans that contradict each other. */
let isFirst = true;
async function play(task: AgentTask): Promise<void> {
  if (isFirst) {
    isFirst = false;
    throw new Error('nothing works today');
  }
  await task.call('write', { path: 'b.txt', content: 'b' });
  await spawn(task, 'blue', { executionActor: edit('blue') });
  await spawn(task, 'red', { executionActor: edit('red') });
}

describe('A plan in a store', () => {
  test('is there after a restart as it was: log, checkpoints in order, record of what was applied [R8, R122]', async () => {
    const store = levelStore(join(folder, 'store'));
    const house = await playhouse({}, { store });
    const { plan, record } = await house.run(play);
    expect(record.state).toBe('conflicted');
    await plan.resolve('a.txt', 'theirs');
    expect((await plan.settled()).state).toBe('complete');
    await plan.apply();
    const before = await plan.settled();

    const again = await (await house.reopen({ resume: false })).plan(plan.id);
    expect(await again.record()).toEqual(before);
    expect(before.applySummary).toMatchObject({ target: { kind: 'checkout' }, files: ['a.txt', 'b.txt'] });
    expect(before.applySummary?.commits).toEqual([house.git('rev-parse', 'HEAD').trim()]);

    const calls = await again.toolCalls();
    expect(calls.map(({ tool }) => tool)).toEqual(['builtin/write', 'builtin/plan-subplan', 'builtin/plan-subplan']);
    const checkpoints = await again.checkpoints();
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
    await house.troupe.close();

    const rows = await store();
    const seen = new Set<string>();
    for await (const [key, value] of rows.entries('')) {
      const [letter = ''] = key.split('/');
      const model = models[letter];
      if (model === undefined) continue;
      seen.add(letter);
      expect(model.parse(value), key).toEqual(value);
    }
    await rows.close();
    expect([...seen].sort()).toEqual(Object.keys(models).sort());
  });
});
