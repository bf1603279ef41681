/**
 * A process that dies during a rollback: before and after each of its calls to the project. The next process that
 * opens the store finds the plan either unchanged or rolled back.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memoryStore } from '../../../src/adapters/stores/memory-store.ts';
import { gitProject } from '../../../src/git.ts';
import { type AgentTask, openTroupe } from '../../../src/index.ts';
import { crashAtCall, sharedStore } from '../crash-points.ts';
import { createTestProject } from '../test-project.ts';

const twoCalls = async (task: AgentTask) => {
  await task.call('write', { path: 'a.txt', content: 'changed\n' });
  await task.call('write', { path: 'b.txt', content: 'new\n' });
};

test(
  '[R27, R123] a plan is either rolled back or unchanged, wherever the process dies during a rollback',
  { timeout: 120_000 },
  async () => {
    const rows = await memoryStore()();
    const testProject = await createTestProject({}, { store: sharedStore(rows) });
    const { plan } = await testProject.run(twoCalls);
    const project = () => gitProject(testProject.folder, { sandboxes: join(testProject.folder, '../sandboxes') });
    const known = await plan.checkpoints.list();
    const at = (trigger: string) => known.find(checkpoint => checkpoint.trigger === trigger)?.checkpointId ?? '';
    const { path = '' } = (await plan.record()).sandbox ?? {};
    const files = () =>
      readdirSync(path)
        .filter(name => name !== '.git')
        .map(name => [name, readFileSync(join(path, name), 'utf8')]);
    const returns = async () => (await testProject.troupe.get(plan.id)).decisions({ superseded: true });
    const made = files();
    await testProject.troupe.close();

    const ends = new Map<string, number>();
    for (let crashPoint = 0, alive = false; !alive; crashPoint += 1) {
      const [nth, when] = [1 + Math.floor(crashPoint / 2), crashPoint % 2 === 0 ? 'before' : 'after'] as const;
      const life = crashAtCall(project(), rows, { nth, when });
      const going = async () => {
        const troupe = await openTroupe({ store: life.store, project: life.project });
        await (await troupe.get(plan.id)).rollback(at('preExecute'));
        return 'went back';
      };
      alive = (await Promise.race([going(), life.died])) === 'went back';

      testProject.troupe = await openTroupe({ store: sharedStore(rows), project: project() });
      const again = await testProject.troupe.get(plan.id);
      const record = await again.waitUntilIdle();
      const wentBack = record.lastCheckpointId === at('preExecute');
      const where = `${alive ? 'without dying' : `dying ${when} call ${nth}`}`;
      expect([where, files()]).toEqual([where, wentBack ? [['a.txt', 'one\ntwo\nthree\nfour\nfive\n']] : made]);
      expect([where, record.error]).toEqual([where, null]);
      ends.set(`${wentBack}`, (ends.get(`${wentBack}`) ?? 0) + 1);
      const rollbacks = (await returns()).filter(({ chosenOption }) => chosenOption === 'Back to preExecute');
      expect([where, rollbacks.length]).toEqual([where, ends.get('true') ?? 0]);
      // To the position before the rollback.
      if (wentBack) await again.rollback(at('postExecute'));
      expect(files()).toEqual(made);
      await testProject.troupe.close();
    }
    expect(ends.get('true')).toBeGreaterThan(10);
  },
);
