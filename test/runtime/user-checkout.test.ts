/** Users edit their checkout while agents run in sandboxes: whose change it is, and what happens. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AgentTask, Plan, PlanRecord, TroupeOptions } from '../../src/index.ts';
import { createTestProject, spawnSubplan, type TestProject } from './test-project.ts';

/** Saves a file as editors do: writes a temporary file, then renames it. */
function save(testProject: TestProject, path: string, content: string): void {
  const draft = join(testProject.folder, `.${path}.swp`);
  writeFileSync(draft, content);
  renameSync(draft, join(testProject.folder, path));
}

type Play = (task: AgentTask, testProject: TestProject) => unknown;

/** Runs a plan whose agent does this, until the plan rests. */
async function worked(
  play: Play,
  { options = {}, use = {} }: { options?: Partial<TroupeOptions>; use?: object } = {},
): Promise<{ testProject: TestProject; plan: Plan; record: PlanRecord; asked(): number }> {
  let asked = 0;
  const testProject: TestProject = await createTestProject(
    {
      player: async task => {
        asked += 1;
        await task.call('write', { path: 'made.txt', content: 'made\n' });
        await play(task, testProject);
      },
    },
    options,
  );
  await testProject.troupe.actions.create({ name: 'local/play', description: 'Play', executionActor: 'player' });
  const plan = await testProject.troupe.use({ action: 'play', execute: 'always', ...use });
  return { testProject, plan, record: await plan.waitUntilIdle(), asked: () => asked };
}

const edit: Play = (_, testProject) => save(testProject, 'a.txt', 'mine\n');

describe('a file that you save in your checkout while an agent works', () => {
  test('is reported with its name, and the plan continues [R126]', async () => {
    const { plan, record } = await worked(edit);
    expect([record.phase, record.state]).toEqual(['execute', 'complete']);
    const change = { planId: plan.id, rootPlanId: plan.id, files: ['a.txt'], accepted: false };
    expect(record.checkoutChanges).toEqual([change]);
    const events = [];
    for await (const event of plan.events()) if (event.type === 'checkout.changed') events.push(event.change);
    expect(events).toEqual([change]);
  });

  test.each([
    ['the configuration', { options: { checkoutGuard: 'fail' as const } }],
    ['the profile ci', { use: { profile: 'ci' } }],
    ['a build server', { use: { attended: 'ci' } }],
  ])('fails the plan if %s says so [R126]', async (_, given) => {
    const { record } = await worked(edit, given);
    expect(record.error).toMatchObject({ code: 'CHECKOUT_TOUCHED', details: { files: ['a.txt'] } });
    expect(record.errorMessage).toContain('checkoutGuard is "fail"');
  });

  test('is asked about if the plan was created at a terminal; yes continues, and the file is not asked about again', async () => {
    const { testProject, plan, record } = await worked(edit, { use: { attended: 'terminal' } });
    expect([record.state, record.resting]).toEqual(['processing', true]);
    const [approval] = await plan.approvals();
    expect(approval).toMatchObject({ tool: 'checkout', folder: testProject.folder, answer: null });
    expect(approval?.words).toContain('nothing shows that the agent did it: a.txt');
    await plan.approve();
    const after = await plan.waitUntilIdle();
    expect(after).toMatchObject({ state: 'complete', checkoutChanges: [{ files: ['a.txt'], accepted: true }] });
  });

  test('fails the plan if you do not accept it', async () => {
    const { plan } = await worked(edit, { use: { attended: 'terminal' } });
    await plan.deny({ reason: 'not mine' });
    const { error } = await plan.waitUntilIdle();
    expect(error).toMatchObject({ code: 'CHECKOUT_TOUCHED', details: { files: ['a.txt'] } });
    expect(error?.message).toContain('you did not accept it (not mine): a.txt');
  });

  test('is asked about after a crash too, and the agent does not run again', async () => {
    const run = await worked(edit, { use: { attended: 'terminal' } });
    const [before] = await run.plan.approvals();
    const troupe = await run.testProject.reopen();
    const plan = await troupe.get(run.plan.id);
    expect(await plan.waitUntilIdle()).toMatchObject({ resting: true, state: 'processing' });
    expect((await plan.approvals()).map(({ approvalId }) => approvalId)).toEqual([before?.approvalId]);
    await plan.approve();
    expect(await plan.waitUntilIdle()).toMatchObject({
      state: 'complete',
      changeSet: { files: [{ path: 'made.txt' }] },
    });
    expect(run.asked()).toBe(1);
  });

  test('is reported once if several subplans run', async () => {
    const testProject: TestProject = await createTestProject({ part: task => edit(task, testProject) });
    const { record } = await testProject.run(async task => {
      for (const goal of ['one', 'two']) await spawnSubplan(task, goal, { executionActor: 'part', parallel: false });
    });
    expect(record.checkoutChanges.flatMap(({ files }) => files)).toEqual(['a.txt']);
  });
});

describe('a change by an agent in your checkout fails the plan, whatever is configured, and the evidence is named', () => {
  const options = { checkoutGuard: 'report' as const };
  const shown = async (play: Play) => {
    const { record } = await worked(play, { options });
    return [record.error?.code, record.errorMessage];
  };

  test('a file with the content that the agent gave it in its sandbox [R126]', async () => {
    const [code, message] = await shown((_, testProject) => testProject.write('made.txt', 'made\n'));
    expect([code, message]).toEqual([
      'CHECKOUT_TOUCHED',
      expect.stringMatching(/made\.txt \(it is as the agent made it/),
    ]);
  });

  test('a file that one of its calls names [R126]', async () => {
    const [code, message] = await shown(({ call }, testProject) =>
      call('run', { argv: ['sh', '-c', `cd ${testProject.folder} && echo x > trespass.txt`] }),
    );
    expect([code, message]).toEqual([
      'CHECKOUT_TOUCHED',
      expect.stringMatching(/trespass\.txt \(a call of \S*run names it\)/),
    ]);
  });

  test('a file that it says it wrote, also if the agent fails afterwards [R126]', async () => {
    const [code, message] = await shown(({ log }, testProject) => {
      testProject.write('trespass.txt', 'x');
      log(`wrote ${testProject.folder}/trespass.txt`);
      throw new Error('and then it broke');
    });
    expect([code, message]).toEqual([
      'CHECKOUT_TOUCHED',
      expect.stringMatching(/trespass\.txt \(its output names it\)/),
    ]);
  });

  test('other changed files that may not be its own are named too', async () => {
    const [, message] = await shown((task, testProject) => {
      edit(task, testProject);
      testProject.write('made.txt', 'made\n');
    });
    expect(message).toMatch(/made\.txt \(.+\); a\.txt changed too, which nothing explains/);
  });
});
