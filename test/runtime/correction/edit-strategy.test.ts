/** A strategy that a user edits before Execute: a new revision is added, and the old one is kept. */
import { describe, expect, test } from 'vitest';
import type { AgentTask, Plan, StrategyDraft } from '../../../src/index.ts';
import { createTestProject, spawnSubplan } from '../test-project.ts';

async function strategist(task: AgentTask) {
  if (task.plan.depth > 0) return;
  await task.call('builtin/decide', { question: 'How?', chosenOption: 'by hand', rationale: 'small' });
  const first = await spawnSubplan(task, 'write b');
  await spawnSubplan(task, 'write c', { dependencies: [first.decisionId] });
  await spawnSubplan(task, 'write d');
}

async function strategized() {
  const written: string[] = [];
  const testProject = await createTestProject({
    thinker: strategist,
    player: async task => {
      if (task.plan.depth === 0) return;
      written.push(task.plan.description);
      await task.call('write', { path: `${task.plan.description.replaceAll(' ', '-')}.txt`, content: 'x' });
    },
  });
  await testProject.troupe.actions.create({
    ...{ name: 'play', description: 'Play', executionActor: 'player' },
    strategyActor: 'thinker',
  });
  const plan = await testProject.troupe.use({ action: 'play', start: true });
  await plan.waitUntilIdle();
  return { testProject, plan, written };
}

const goals = async (plan: Plan) => (await plan.strategyDraft()).subplans.map(({ goal }) => goal);
const at = ({ subplans }: StrategyDraft, index: number) => {
  const found = subplans[index];
  if (found === undefined) throw new TypeError(`there is no subplan ${index}`);
  return found;
};

describe('A strategy', () => {
  test('can be edited before Execute: a new revision is added, and the old one is kept [R140]', async () => {
    const { testProject, plan, written } = await strategized();
    const draft = await plan.strategyDraft();
    expect(draft.decisions).toMatchObject([{ question: 'How?', choose: 'by hand', rationale: 'small' }]);
    expect(draft.subplans.map(({ goal, dependsOn }) => [goal, dependsOn.length])).toEqual([
      ['write b', 0],
      ['write c', 1],
      ['write d', 0],
    ]);
    const edited: StrategyDraft = {
      decisions: [{ ...draft.decisions[0], question: 'How?', choose: 'by machine', rationale: 'large' }],
      subplans: [
        { ...at(draft, 0), goal: 'write better b', resourceScopes: ['./'] },
        at(draft, 1),
        { key: 'e', goal: 'write e', resourceScopes: ['.'], parallel: true, dependsOn: [] },
        { goal: 'write f', resourceScopes: ['.'], parallel: true, dependsOn: ['e'] },
      ],
    };
    const before = await plan.record();
    const dry = await plan.editStrategy(edited, { dryRun: true });
    expect([dry.changed.length, dry.added.length, dry.withdrawn.length]).toEqual([3, 2, 1]);
    expect(await plan.strategyDraft()).toEqual(draft);

    const report = await plan.editStrategy(edited);
    expect(report.withdrawn.map(({ chosenOption }) => chosenOption)).toEqual([expect.stringContaining('write d')]);
    expect(await goals(plan)).toEqual(['write better b', 'write c', 'write e', 'write f']);
    expect((await plan.strategyDraft()).decisions).toMatchObject([{ choose: 'by machine', rationale: 'large' }]);
    expect(await plan.record()).toMatchObject({ phase: before.phase, state: before.state, attempt: 1 });
    const all = await plan.decisions({ superseded: true });
    const old = all.find(({ decisionId }) => decisionId === at(draft, 0).id);
    const intervention = all.find(({ type }) => type === 'user_intervention');
    expect(old?.supersededBy).toBe(intervention?.decisionId);
    expect(await plan.corrections()).toMatchObject([
      { mode: 'edit', attempt: 1, superseded: expect.arrayContaining([at(draft, 0).id]) },
    ]);

    const again = await (await testProject.reopen()).get(plan.id);
    expect(await goals(again)).toEqual(['write better b', 'write c', 'write e', 'write f']);
    await again.execute();
    expect((await again.waitUntilIdle()).state).toBe('complete');
    expect(written.toSorted()).toEqual(['write better b', 'write c', 'write e', 'write f']);
    expect(written.indexOf('write better b')).toBeLessThan(written.indexOf('write c'));
    expect(written.indexOf('write e')).toBeLessThan(written.indexOf('write f'));
  });

  test('gets no revision from an edit without changes; an invalid edit is refused and not recorded', async () => {
    const { plan } = await strategized();
    const draft = await plan.strategyDraft();
    expect(await plan.editStrategy(draft)).toMatchObject({ correctionId: null, changed: [], added: [], withdrawn: [] });
    expect(await plan.corrections()).toEqual([]);
    const [first] = draft.decisions;
    const wrong: [Partial<StrategyDraft>, RegExp][] = [
      [{ subplans: [{ ...at(draft, 0), goal: ' ' }] }, /subplans\.0\.goal/],
      [{ subplans: [{ ...at(draft, 0), resourceScopes: ['../out'] }] }, /resourceScopes/],
      [{ subplans: [at(draft, 0), at(draft, 0)] }, /twice/],
      [
        { subplans: [at(draft, 0), { goal: 'x', resourceScopes: ['.'], parallel: false, dependsOn: [] }] },
        /subplans\.1\.parallel: false contradicts/,
      ],
      [{ subplans: [at(draft, 1)] }, /nothing is called/],
      [{ subplans: [{ ...at(draft, 0), id: plan.id }] }, /none of the strategy/],
      [
        { decisions: [{ id: at(draft, 0).id, question: 'q', choose: 'c', rationale: '' }], subplans: [] },
        /none of the strategy/,
      ],
      [{ subplans: [{ ...at(draft, 2), id: first?.id }], decisions: [] }, /none of the strategy/],
    ];
    for (const [change, message] of wrong)
      await expect(plan.editStrategy({ ...draft, ...change })).rejects.toMatchObject({
        code: 'INVALID_DECISION',
        message: expect.stringMatching(message),
      });
    expect(await plan.strategyDraft()).toEqual(draft);
  });

  test('cannot be edited once executed, only corrected', async () => {
    const { plan } = await strategized();
    const draft = await plan.strategyDraft();
    await plan.execute();
    await plan.waitUntilIdle();
    await expect(plan.editStrategy({ ...draft, subplans: [] })).rejects.toMatchObject({
      code: 'PHASE_GUARD',
      message: expect.stringContaining('only be edited before execution starts'),
    });
    expect(await plan.corrections()).toEqual([]);
  });
});
