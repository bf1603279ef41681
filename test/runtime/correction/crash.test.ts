/**
 * A process that dies during a correction: after each of its calls to the project until it answers. The next process
 * that opens the store finds the plan either corrected, and continues it, or unchanged.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memoryStore } from '../../../src/adapters/stores/memory-store.ts';
import { gitProject } from '../../../src/git.ts';
import type { AgentTask, Plan } from '../../../src/index.ts';
import { crashAtCall, sharedStore } from '../crash-points.ts';
import { createTestProject } from '../test-project.ts';

/** Writes the colour from the latest guidance. */
const paint = async (task: AgentTask) => {
  const colour = task.guidance.at(-1) ?? 'red';
  await task.call('write', { path: 'first.txt', content: 'first' });
  await task.call('decide', { question: 'Which colour?', chosenOption: colour, rationale: 'said' });
  await task.call('write', { path: 'colour.txt', content: colour });
};

async function stateOfPlan(plan: Plan) {
  const { phase, state, attempt, error, sandbox } = await plan.waitUntilIdle();
  const chosen = (await plan.decisions()).filter(({ type }) => type === 'implementation_choice');
  return {
    at: `${phase}.${state}`,
    ...{ attempt, error },
    colour: readFileSync(join(sandbox?.path ?? '', 'colour.txt'), 'utf8'),
    decided: chosen.map(({ chosenOption }) => chosenOption),
  };
}

test(
  '[R86, R123] a plan is either corrected and continues or is unchanged, wherever the process dies during a correction',
  {
    timeout: 180_000,
  },
  async () => {
    const rows = await memoryStore()();
    const testProject = await createTestProject({}, { store: sharedStore(rows) });
    const { plan } = await testProject.run(paint);
    const project = () => gitProject(testProject.folder, { sandboxes: join(testProject.folder, '../sandboxes') });
    let before = await stateOfPlan(plan);
    expect(before).toEqual({ at: 'execute.complete', attempt: 1, error: null, colour: 'red', decided: ['red'] });
    await testProject.troupe.close();

    let corrected = 0;
    for (let nth = 1, alive = false; !alive; nth += 1) {
      const colour = `colour ${nth}`;
      const life = crashAtCall(project(), rows, { nth, when: 'after' });
      const correcting = async () => {
        const dying = await (await testProject.openSecond({ store: life.store, project: life.project })).get(plan.id);
        const wrong = (await dying.decisions()).find(({ type }) => type === 'implementation_choice');
        await dying.correct(wrong?.decisionId ?? '', { guidance: colour });
        return 'answered';
      };
      alive = (await Promise.race([correcting(), life.died])) === 'answered';
      if (alive) break;

      testProject.troupe = await testProject.openSecond({ store: sharedStore(rows), project: project() });
      const after = await stateOfPlan(await testProject.troupe.get(plan.id));
      const isCorrected = after.colour === colour;
      const expected = isCorrected
        ? { at: 'execute.complete', attempt: before.attempt + 1, error: null, colour, decided: [colour] }
        : before;
      expect([`dying after call ${nth}`, after]).toEqual([`dying after call ${nth}`, expected]);
      if (isCorrected) corrected += 1;
      before = after;
      await testProject.troupe.close();
    }
    expect(corrected).toBeGreaterThan(3);
  },
);
