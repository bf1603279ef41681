/**
 * A process that dies during the apply of a part: before and after each of its calls to the project, also between
 * the commit and the new base of the plan. The next process applies the part once, and then the rest.
 */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memoryStore } from '../../../src/adapters/stores/memory-store.ts';
import { gitProject } from '../../../src/git.ts';
import type { AgentTask, Operation, Store } from '../../../src/index.ts';
import { crashAtCall, sharedStore } from '../crash-points.ts';
import { commitSubjects, formatState, pathsOfCommit } from '../subplan-fixture.ts';
import { createTestProject, spawnSubplan, type TestProject } from '../test-project.ts';

/** Returns a function that restores a folder and the rows of its store as of this call. */
async function kept(testProject: TestProject, rows: Store): Promise<() => Promise<Store>> {
  const home = join(testProject.folder, '..');
  const copy = `${home}-kept`;
  const saved: Operation[] = [];
  for await (const [key, value] of rows.entries('')) saved.push({ type: 'put', key, value });
  cpSync(home, copy, { recursive: true, preserveTimestamps: true });
  return async () => {
    rmSync(home, { recursive: true, force: true });
    cpSync(copy, home, { recursive: true, preserveTimestamps: true });
    const again = await memoryStore()();
    await again.batch(saved);
    return again;
  };
}

/** Two subplans of which the second fails as long as it is broken. */
function halfBroken() {
  const all = { broken: true };
  const play = async ({ plan: { description, depth }, call }: AgentTask) => {
    if (depth === 0) return;
    if (description === 'second' && all.broken) throw new Error('dropped it');
    await call('write', { path: `${description}.txt`, content: `${description}\n` });
  };
  const splitter = async (task: AgentTask) => {
    if (task.plan.depth > 0) return;
    for (const name of ['first', 'second']) await spawnSubplan(task, name, { resourceScopes: [`${name}.txt`] });
  };
  return { all, play, splitter };
}

test(
  '[R27, R144] a part is applied exactly once, and the rest after it, wherever the process dies during the apply',
  { timeout: 180_000 },
  async () => {
    const { all, play, splitter } = halfBroken();
    const rows = await memoryStore()();
    const testProject = await createTestProject({ splitter }, { store: sharedStore(rows) });
    const { plan, record } = await testProject.run(play, { strategyActor: 'splitter', subplans: { maxRetries: 0 } });
    expect(formatState(record)).toBe('execute.errored');
    await testProject.troupe.close();
    const again = await kept(testProject, rows);
    const project = () => gitProject(testProject.folder, { sandboxes: join(testProject.folder, '../sandboxes') });
    const ends = { applied: 0, stayed: 0 };
    try {
      for (let crashPoint = 0, alive = false; !alive; crashPoint += 1) {
        all.broken = true;
        const [nth, when] = [1 + Math.floor(crashPoint / 2), crashPoint % 2 === 0 ? 'before' : 'after'] as const;
        const ground = await again();
        const life = crashAtCall(project(), ground, { nth, when });
        const applyFinished = async () => {
          const troupe = await testProject.openSecond({ store: life.store, project: life.project });
          await (await troupe.get(plan.id)).apply({ finished: true });
          return 'applied';
        };
        alive = (await Promise.race([applyFinished(), life.died])) === 'applied';

        const troupe = await testProject.reopen({ store: sharedStore(ground), project: project() });
        const found = await troupe.get(plan.id);
        const then = await found.waitUntilIdle();
        const where = alive ? 'without dying' : `dying ${when} call ${nth}`;
        const appliedCount = (then.appliedParts ?? []).length;
        expect([where, formatState(then), commitSubjects(testProject).length]).toEqual([
          where,
          'execute.errored',
          1 + appliedCount,
        ]);
        ends[appliedCount === 1 ? 'applied' : 'stayed'] += 1;
        if (appliedCount === 0) await found.apply({ finished: true });
        expect([where, pathsOfCommit(testProject)]).toEqual([where, ['first.txt']]);
        all.broken = false;
        await found.execute();
        expect([where, formatState(await found.waitUntilIdle())]).toEqual([where, 'execute.complete']);
        await found.apply();
        expect([where, formatState(await found.waitUntilIdle())]).toEqual([where, 'apply.applied']);
        expect([where, pathsOfCommit(testProject), commitSubjects(testProject).length]).toEqual([
          where,
          ['second.txt'],
          3,
        ]);
        expect([where, testProject.git('status', '--porcelain')]).toEqual([where, '']);
        await troupe.close();
      }
    } finally {
      rmSync(`${join(testProject.folder, '..')}-kept`, { recursive: true, force: true });
    }
    expect(ends.applied).toBeGreaterThan(10);
    expect(ends.stayed).toBeGreaterThan(3);
  },
);
