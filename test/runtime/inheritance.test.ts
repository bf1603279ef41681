/** What children inherit from their parent, also when there are many or the configuration changes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AgentTask } from '../../src/index.ts';
import { createProfile } from '../../src/runtime/profiles/profiles.ts';
import { deferred } from '../machines/run-machine.ts';
import { createTestProject, spawnSubplan } from './test-project.ts';

const never = new Promise<never>(() => {});

test(
  'A running child keeps the profile of its parent as it was, also when that profile is redefined [R15]',
  { timeout: 120_000 },
  async () => {
    const mine = (denyTools: string[]) => createProfile('mine', { guards: { denyTools } });
    const began = deferred<void>();
    let runs = 0;
    const testProject = await createTestProject(
      {
        whole: task => spawnSubplan(task, 'part', { executionActor: 'part' }),
        async part(task: AgentTask) {
          runs += 1;
          began.resolve();
          if (runs === 1) await never;
          await task.call('write', { path: 'b.txt', content: 'written' });
        },
      },
      { profiles: [mine([])] },
    );
    await testProject.troupe.actions.create({
      ...{ name: 'play', description: 'Play', automationProfile: 'trusted', executionActor: 'whole' },
    });
    const { id } = await testProject.troupe.use({ action: 'play', profile: 'mine' });
    await (await testProject.troupe.get(id)).execute();
    await began.promise;
    const changed = await testProject.reopen({ profiles: [mine(['builtin/write'])], profile: 'manual' });
    const record = await (await changed.get(id)).waitUntilIdle();
    const [child] = (await changed.tree(id)).children;
    expect([record.state, child?.plan.state, runs]).toEqual(['complete', 'complete', 2]);
    expect(child?.plan).toMatchObject({ automationProfile: 'mine', profileSnapshot: mine([]) });
    expect(record.profileSnapshot).toEqual(mine([]));
    expect(readFileSync(join(record.sandbox?.path ?? '', 'b.txt'), 'utf8')).toBe('written');
  },
);

test(
  'A hundred children spawned at once have a hundred ids and short ids, and are listed before they run [R41, R71]',
  { timeout: 120_000 },
  async () => {
    const began = deferred<void>();
    const testProject = await createTestProject({
      async think(task) {
        await Promise.all(
          Array.from({ length: 100 }, () => spawnSubplan(task, 'one of many', { executionActor: 'part' })),
        );
      },
      async part() {
        began.resolve();
        await never;
      },
    });
    await testProject.troupe.actions.create({
      ...{ name: 'play', description: 'Play', strategyActor: 'think', executionActor: 'player' },
      subplans: { maxParallel: 1 },
    });
    const plan = await testProject.troupe.use({ action: 'play' });
    await plan.waitUntilIdle();
    await plan.execute();
    await began.promise;
    const children = (await testProject.troupe.tree(plan.id)).children.map(child => child.plan);
    const listed = (await testProject.troupe.list({ children: true })).filter(({ depth }) => depth === 1);
    expect(listed.map(({ planId }) => planId).sort()).toEqual(children.map(({ planId }) => planId).sort());
    const { subplanStatuses } = await plan.record();
    expect(subplanStatuses.filter(({ state }) => state === 'pending')).toHaveLength(99);
    const distinct = (ids: readonly (string | null)[]) => new Set(ids).size;
    expect(distinct(children.map(({ planId }) => planId))).toBe(100);
    expect(distinct(children.map(({ spawnDecisionId }) => spawnDecisionId))).toBe(100);
    expect(distinct(children.map(({ decisionRootId }) => decisionRootId))).toBe(100);
    // Users type the end of an id.
    expect(distinct(children.map(({ planId }) => planId.slice(-8)))).toBe(100);
    for (const { planId } of [children[0], children[99]].flatMap(child => child ?? []))
      expect((await testProject.troupe.get(planId.slice(-8))).id).toBe(planId);
  },
);

test(
  'The agent of a child gets a summary of its parent, limited to a share of the parent’s context [R37]',
  { timeout: 120_000 },
  async () => {
    const seen: string[][] = [];
    const testProject = await createTestProject({
      async think(task) {
        for (let at = 0; at < 12; at++)
          await task.call('decide', {
            question: `Question ${at}?`,
            chosenOption: `answer ${at}`,
            rationale: 'It is short.',
          });
        await spawnSubplan(task, 'part', { strategyActor: 'quiet', executionActor: 'part' });
      },
      quiet: () => {},
      part: ({ plan }) => void seen.push(plan.skeleton),
    });
    const { plan, record } = await testProject.run(() => {}, { description: 'Paint', strategyActor: 'think' });
    expect(record.skeleton).toEqual([]);
    const fragments = (await plan.decisions())
      .filter(({ type }) => type !== 'prompt_definition')
      .flatMap(({ question, chosenOption, rationale }) => [`${question} ${chosenOption}`, rationale]);
    const total = ['Paint', ...fragments].join('').length;
    const [skeleton = []] = seen;
    expect(skeleton).toEqual(expect.arrayContaining(['Paint', 'Question 0? answer 0']));
    expect(skeleton.join('').length).toBeLessThanOrEqual(Math.floor(total * 0.15));
  },
);
