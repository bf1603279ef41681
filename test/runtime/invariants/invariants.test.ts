/** Invariants beyond one action: stored, collected by precedence, inherited, removed; and what each check finds. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type AgentTask, globalInvariantFolder, type PlanEvent, type PlanRecord } from '../../../src/index.ts';
import { createTestProject, spawnSubplan, type TestProject } from '../test-project.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
function createInvariantFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-invariants-'));
  folders.push(folder);
  return globalInvariantFolder(folder);
}

const writes =
  (files: Record<string, string>) =>
  async ({ call }: AgentTask) => {
    for (const [path, content] of Object.entries(files)) await call('builtin/write', { path, content });
  };
const noLocks = { text: 'No lock file changes', check: { kind: 'paths' as const, deny: ['*.lock'] } };
const textsOf = (invariants: readonly { text: string }[]) => invariants.map(({ text }) => text);

async function events(testProject: TestProject, planId: string): Promise<PlanEvent[]> {
  const all: PlanEvent[] = [];
  for await (const event of (await testProject.troupe.get(planId)).events()) all.push(event);
  return all;
}

describe('An invariant of the project', () => {
  test('holds in every plan of it, also after a restart, until it is removed [R114]', async () => {
    const testProject = await createTestProject();
    const [rule] = await testProject.troupe.addInvariant(noLocks, { scope: 'project' });
    await testProject.reopen();
    expect(await testProject.troupe.invariants()).toEqual([rule]);
    const broken = await testProject.run(writes({ 'a.lock': 'x' }));
    expect(broken.record.error).toMatchObject({
      code: 'INVARIANT_VIOLATED',
      message: expect.stringContaining('a.lock'),
    });
    const violated = (await events(testProject, broken.plan.id)).find(({ type }) => type === 'invariant.violated');
    expect(violated).toMatchObject({ phase: 'execute', invariantId: rule?.invariantId, files: ['a.lock'] });

    expect(await testProject.troupe.removeInvariant(rule?.invariantId.slice(-8).toLowerCase() ?? '')).toEqual(rule);
    expect(await testProject.troupe.invariants()).toEqual([]);
    await broken.plan.execute();
    expect((await broken.plan.waitUntilIdle()).state).toBe('complete');
  });

  test('is overridden by one of the plan with the same text, and overrides a global one, unless non-overridable [R21, R114]', async () => {
    const testProject = await createTestProject({}, { globalInvariants: createInvariantFolder() });
    const own = { text: 'no LOCK file  changes' };
    await testProject.troupe.addInvariant(noLocks, { scope: 'project' });
    await testProject.troupe.addInvariant(noLocks, { scope: 'global' });
    const { plan, record } = await testProject.run(writes({ 'a.lock': 'x' }), { invariants: [own] });
    expect(record.state).toBe('complete');
    expect(await testProject.troupe.invariants({ plan: plan.id })).toMatchObject([{ text: own.text, scope: 'plan' }]);
    expect((await events(testProject, plan.id)).find(({ type }) => type === 'invariant.reconciled')).toMatchObject({
      effectiveCount: 1,
      conflictCount: 2,
    });
    await testProject.troupe.addInvariant({ ...noLocks, nonOverridable: true }, { scope: 'global' });
    expect(await testProject.troupe.invariants({ plan: plan.id })).toMatchObject([
      { scope: 'global', nonOverridable: true },
    ]);
    await expect(plan.apply()).resolves.toBeUndefined();
    expect(await plan.waitUntilIdle()).toMatchObject({
      phase: 'execute',
      state: 'complete',
      error: { code: 'INVARIANT_VIOLATED' },
    });
  });

  test('is inherited by subplans as reconciled; they do not reconcile again, and record the invariants in force [R74]', async () => {
    const testProject = await createTestProject({}, { globalInvariants: createInvariantFolder() });
    await testProject.troupe.addInvariant('Of the project', { scope: 'project' });
    await testProject.troupe.addInvariant('Global', { scope: 'global' });
    let added = false;
    const { record } = await testProject.run(
      async task => {
        if (task.plan.depth > 0) return;
        if (!added) await testProject.troupe.addInvariant('Too late for this group', { scope: 'project' });
        added = true;
        await spawnSubplan(task, 'child');
      },
      { invariants: ['Of the action'] },
    );
    const [status] = record.subplanStatuses;
    const child = await testProject.troupe.get(status?.planId);
    const { invariants } = await child.record();
    expect(textsOf(invariants)).toEqual(['Of the action', 'Of the project', 'Global']);
    const enforced = (await child.decisions()).filter(({ type }) => type === 'invariant_enforced');
    expect(enforced.map(({ chosenOption }) => chosenOption)).toEqual(textsOf(invariants));
    expect(record.state).toBe('complete');
  });
});

describe('An invariant for plans', () => {
  test('is added once per named plan, and is in force from the next phase boundary [R114]', async () => {
    const testProject = await createTestProject();
    const { plan: one } = await testProject.run(writes({ 'a.lock': 'x' }));
    const two = await testProject.troupe.use({ action: 'play' });
    const added = await testProject.troupe.addInvariant(noLocks, { plans: [one.id, two.id.slice(-8)] });
    expect(added).toHaveLength(2);
    expect(new Set(added.map(({ invariantId }) => invariantId)).size).toBe(2);
    for (const [plan, rule] of [
      [one, added[0]],
      [two, added[1]],
    ] as const) {
      expect((await plan.record()).invariants).toEqual([rule]);
    }
    await two.execute();
    expect((await two.waitUntilIdle()).error?.code).toBe('INVARIANT_VIOLATED');
    await one.apply();
    expect(await one.waitUntilIdle()).toMatchObject({ state: 'complete', error: { code: 'INVARIANT_VIOLATED' } });
    await testProject.troupe.removeInvariant(added[0]?.invariantId ?? '');
    await one.apply();
    expect((await one.waitUntilIdle()).state).toBe('applied');
    await expect(testProject.troupe.addInvariant(noLocks, { plans: [one.id] })).rejects.toMatchObject({
      code: 'PHASE_GUARD',
    });
  });

  test('is refused for a plan that cannot take it, and then none is added', async () => {
    const testProject = await createTestProject();
    const plan = await testProject.troupe.use({
      action: { name: 'play', description: 'Play', executionActor: 'player' } as never,
    });
    const add = testProject.troupe.addInvariant;
    await expect(add(noLocks, { plans: [plan.id, 'absent'] })).rejects.toMatchObject({ code: 'UNKNOWN_PLAN' });
    await expect(add(noLocks, { plans: [] })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(add({ ...noLocks, nonOverridable: true }, { plans: [plan.id] })).rejects.toMatchObject({
      message: 'Only a global invariant, or one of an action, can be one that nothing overrides',
    });
    await expect(add('', { scope: 'project' })).rejects.toMatchObject({ code: 'INVALID_INVARIANT' });
    await expect(add({ text: 'x', check: { kind: 'paths', deny: [] } }, { scope: 'project' })).rejects.toMatchObject({
      code: 'INVALID_INVARIANT',
      message: expect.stringContaining('check.deny'),
    });
    await expect(add('All', { scope: 'global' })).rejects.toMatchObject({
      code: 'USAGE',
      where: 'openTroupe({ globalInvariants })',
    });
    await expect(testProject.troupe.removeInvariant('')).rejects.toMatchObject({ code: 'UNKNOWN_INVARIANT' });
    await expect(testProject.troupe.removeInvariant('ABSENT')).rejects.toMatchObject({ code: 'UNKNOWN_INVARIANT' });
    expect([...(await testProject.troupe.invariants()), ...(await plan.record()).invariants]).toEqual([]);
    const both = [await add(noLocks, { scope: 'project' }), await add(noLocks, { plans: [plan.id] })].flat();
    await expect(testProject.troupe.removeInvariant(plan.id.slice(0, 3))).rejects.toMatchObject({
      code: 'UNKNOWN_INVARIANT',
      message: expect.stringContaining(`could be any of ${both[0]?.invariantId}, ${both[1]?.invariantId}`),
    });
    expect([...(await testProject.troupe.invariants()), ...(await plan.record()).invariants]).toHaveLength(2);
  });
});

describe('A check', () => {
  const checked = async (check: Record<string, unknown>, files: Record<string, string>, more = {}) => {
    const testProject = await createTestProject();
    const { record } = await testProject.run(writes(files), { invariants: [{ text: 'it holds', check, ...more }] });
    return record;
  };
  const message = ({ error }: PlanRecord) => error?.message ?? null;

  test('limits how many files change', async () => {
    expect(message(await checked({ kind: 'maxFilesChanged', max: 1 }, { a: '1', b: '2' }))).toContain(
      '2 files changed, at most 1 may',
    );
    expect(message(await checked({ kind: 'maxFilesChanged', max: 2 }, { a: '1', b: '2' }))).toBeNull();
  });

  test('by a module gets the files and reports what is wrong', async () => {
    const testProject = await createTestProject();
    writeFileSync(
      join(testProject.folder, 'rule.mjs'),
      'export default ({ files }) => files.includes("b") ? files.join() + " must not change" : true;',
    );
    const invariants = [{ text: 'by a module', check: { kind: 'script', module: './rule.mjs' } }];
    expect(message((await testProject.run(writes({ a: '1' }), { invariants })).record)).toBeNull();
    expect(message((await testProject.run(writes({ b: '1' }), { invariants })).record)).toContain('b must not change');
    writeFileSync(join(testProject.folder, 'rule.mjs'), 'export default () => "the rule is another by now";');
    expect(message((await testProject.run(writes({ c: '1' }), { invariants })).record)).toContain('is another by now');
  });

  test('after every action stops the agent at the call that violates it, and names the call', async () => {
    const testProject = await createTestProject();
    const invariants = [{ ...noLocks, each: 'action' }];
    const reached: string[] = [];
    const { plan, record } = await testProject.run(
      async ({ call }) => {
        for (const path of ['a.txt', 'b.lock', 'c.txt']) {
          await call('builtin/write', { path, content: 'x' });
          reached.push(path);
        }
      },
      { invariants },
    );
    expect(reached).toEqual(['a.txt']);
    expect(record).toMatchObject({ state: 'errored', error: { code: 'INVARIANT_VIOLATED' } });
    const violated = (await events(testProject, plan.id)).filter(({ type }) => type === 'invariant.violated');
    expect(violated).toMatchObject([{ files: ['b.lock'], phase: 'execute' }]);
  });

  // Written in two halves, so that this file itself contains no string that looks like a secret.
  const token = `ghp_${'a1B2'.repeat(9)}`;

  test('for credentials inspects what the plan wrote, and not what was there before [R147]', async () => {
    const testProject = await createTestProject({}, { files: { 'old.txt': `${token}\n` } });
    const invariants = [{ text: 'no secrets', check: { kind: 'noSecrets' } }];
    const { record } = await testProject.run(writes({ 'old.txt': `${token}\nmore\n` }), { invariants });
    expect(message(record)).toBeNull();
    const fresh = await testProject.run(writes({ 'new.txt': `token: ${token}` }), { invariants });
    expect(message(fresh.record)).toContain('looks like a secret (GitHub token) in new.txt');
    expect(JSON.stringify(fresh.record.error)).not.toContain(token);
  });

  test('for credentials runs before every apply, unless the plan disables it [R147]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(writes({ 'new.txt': token }));
    expect((await plan.record()).state).toBe('complete');
    await plan.apply();
    expect((await plan.waitUntilIdle()).error?.message).toContain('"No credential is applied" (new.txt)');
    expect(testProject.git('status', '--porcelain')).toBe('');
    await testProject.troupe.addInvariant('No credential is applied', { plans: [plan.id] });
    await plan.apply();
    expect((await plan.waitUntilIdle()).state).toBe('applied');
  });
});

describe('Reconciliation', () => {
  test('follows the setting of the project unless the action sets it [R113]', async () => {
    const reconciled = async (options: { reconciliation?: 'builtin' | null }, action = {}) => {
      const testProject = await createTestProject({}, options);
      const { plan } = await testProject.run(() => {}, { invariants: ['Keep it'], ...action });
      return (await events(testProject, plan.id)).filter(({ type }) => type === 'invariant.reconciled').length > 0;
    };
    expect(await reconciled({})).toBe(true);
    expect(await reconciled({ reconciliation: null })).toBe(false);
    expect(await reconciled({ reconciliation: null }, { invariantActor: 'builtin' })).toBe(true);
    expect(await reconciled({ reconciliation: 'builtin' }, { invariantActor: null })).toBe(false);
  });
});
