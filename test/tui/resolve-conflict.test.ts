import { describe, expect, test } from 'vitest';
import { apply } from '../../src/tui/commands/apply.ts';
import { assignToAgent, base, both, edit, ours } from '../../src/tui/commands/conflicts.ts';
import { fork, newPlan } from '../../src/tui/commands/create.ts';
import { retry } from '../../src/tui/commands/lifecycle.ts';
import { createTestProject, spawnSubplan } from '../runtime/test-project.ts';
import { createScriptedContext, type InputScript } from './scripted-context.ts';

const quarrels = async () => {
  const testProject = await createTestProject({
    part: ({ plan, call }) =>
      call('write', { path: 'a.txt', content: `${plan.description}\ntwo\nthree\nfour\nfive\n` }),
    quiet: () => {},
    resolver: ({ call }) => call('write', { path: 'a.txt', content: 'by an agent\n' }),
    think: async task => {
      if (task.plan.depth > 0) return;
      for (const goal of ['left', 'right'])
        await spawnSubplan(task, goal, { executionActor: 'part', strategyActor: 'quiet' });
    },
  });
  await testProject.troupe.actions.create({
    ...{ name: 'quarrel', description: 'Quarrel', strategyActor: 'think', executionActor: 'resolver' },
  });
  const plan = await testProject.troupe.use({ action: 'quarrel' });
  await plan.execute();
  await plan.waitUntilIdle();
  const by = (script: InputScript = {}) =>
    createScriptedContext(testProject.troupe, { plan: plan.id, state: { view: 'conflicts' }, on: 'hunk 1', ...script });
  return { ...testProject, plan, by };
};

describe('a conflict', () => {
  test('is resolved with a whole side from its own row, with both or the base from its hunk', async () => {
    const { plan, by } = await quarrels();
    expect(await ours(await by({ on: 'a.txt  content' }), '')).toBe('took ours for a.txt');
    expect((await plan.waitUntilIdle()).state).toBe('complete');
    expect(await plan.diff()).toMatch(/-one\n\+left\n two/);
    await expect(base(await by(), '')).rejects.toThrow('There is no conflict to resolve');
    const second = await quarrels();
    expect(await both(await second.by(), '')).toBe('took both for a.txt, hunk 1');
    expect((await second.plan.waitUntilIdle()).state).toBe('complete');
    expect(await second.plan.diff()).toMatch(/\+left\n\+right/);
  });

  test('is resolved with edited text, or by an agent', async () => {
    const { plan, by } = await quarrels();
    expect(await edit(await by(), '')).toBe('took what you wrote for a.txt');
    await plan.waitUntilIdle();
    expect(await plan.diff()).toContain('+resolved');
    const second = await quarrels();
    expect(await assignToAgent(await second.by(), '')).toBe('an agent resolves a.txt');
  });
});

test('the arguments of a plan are asked for one by one; an empty answer is the default, cancelling drops the plan', async () => {
  const { troupe } = await createTestProject();
  await troupe.actions.create({
    ...{ name: 'named', description: 'Name it', executionActor: 'player' },
    arguments: { who: { default: 'they', description: 'who does' }, what: { required: true }, how: {} },
  });
  const by = (...answers: (string | null)[]) => createScriptedContext(troupe, { answers });
  const hand = await by('local/named', 'Name it', 'me', 'this', '');
  const made = await newPlan(hand, '');
  expect(hand.log.slice(1, 5)).toEqual(['Goal: Name it', 'who (who does): they', 'what: ', 'how: ']);
  const record = await (await troupe.get(made?.replace('plan ', ''))).waitUntilIdle();
  expect([record.description, record.arguments]).toEqual(['Name it', { who: 'me', what: 'this' }]);
  const usual = await newPlan(await by('', '', ''), 'named Do');
  // The argument without a default was asked for, and got an empty answer.
  expect((await (await troupe.get(usual?.replace('plan ', ''))).record()).arguments).toEqual({
    who: 'they',
    what: '',
  });
  for (const answers of [
    ['local/named', null],
    ['local/named', '', null],
  ])
    expect(await newPlan(await by(...answers), '')).toBeNull();
});

test('a result is written to a file; a plan is forked from its state, and not retried when nothing failed', async () => {
  const testProject = await createTestProject();
  const { plan } = await testProject.run(({ call }) => call('write', { path: 'b.txt', content: 'b\n' }), {
    validations: [{ name: 'well', argv: ['true'] }],
  });
  const by = (script: InputScript = {}) => createScriptedContext(testProject.troupe, { plan: plan.id, ...script });
  await expect(retry(await by(), '')).rejects.toThrow('there is nothing to retry');
  expect(await fork(await by(), 'Another')).toBe('forked from "Play"');
  testProject.git('checkout', '--quiet', '--detach');
  const hand = await by({ answers: [true], services: { folder: testProject.folder } });
  expect(await apply(hand, 'patch it.patch')).toMatch(/^"Play" is applied to the file .*it\.patch$/);
  expect((await plan.waitUntilIdle()).state).toBe('applied');
});
