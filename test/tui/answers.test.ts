/** Answers to agents in the UI: to their calls and to their questions. */
import { describe, expect, test } from 'vitest';
import { answerApproval, deny, nextApproval, pendingApprovalsOf } from '../../src/tui/commands/approvals.ts';
import { createTestProject } from '../runtime/test-project.ts';
import { createScriptedContext } from './scripted-context.ts';

/** A plan whose agent asks a question; `received` is what the agent was answered. */
async function asking(choices: readonly string[] = ['LevelDB', 'PostgreSQL']) {
  const testProject = await createTestProject();
  const received: unknown[] = [];
  const { plan } = await testProject.run(async ({ call }) => {
    received.push(await call('builtin/ask-person', { question: 'Which store?', choices }));
  });
  const [asked] = await pendingApprovalsOf(plan);
  if (asked === undefined) throw new Error('nothing was asked');
  return {
    received,
    plan,
    context: (...answers: (string | null)[]) => createScriptedContext(testProject.troupe, { plan: plan.id, answers }),
    async answer(...answers: (string | null)[]) {
      const context = await createScriptedContext(testProject.troupe, { plan: plan.id, answers });
      return { message: await answerApproval(context, plan, asked, 0), log: context.log };
    },
  };
}

describe('A question of an agent', () => {
  test('offers its choices, and the agent gets the one that is picked', async () => {
    const { plan, answer, received, context } = await asking();
    const finder = await context();
    expect(await nextApproval(finder, '')).toMatch(/^"Play" asks: Which store\?.*; a answers$/);
    const { message, log } = await answer('choice 1');
    expect(log[0]?.split('\n').slice(1)).toEqual([
      'LevelDB',
      'PostgreSQL',
      'type another answer',
      'let the agent decide',
      'decide later; it waits',
    ]);
    expect(message).toBe('answered: PostgreSQL');
    await plan.waitUntilIdle();
    expect(received).toEqual([{ answered: true, answer: 'PostgreSQL' }]);
  });

  test('waits until a text is typed: not after escape, an empty line or a cancelled line', async () => {
    const { plan, answer, received } = await asking([]);
    for (const answers of [['later'], [null], ['text', ''], ['text', null], ['choice 7']])
      expect((await answer(...answers)).message).toBe('it still waits');
    expect(await pendingApprovalsOf(plan)).toHaveLength(1);
    const { message, log } = await answer('text', 'SQLite');
    expect(log[0]?.split('\n')[1]).toBe('type an answer');
    expect([message, log[1]]).toEqual(['answered: SQLite', 'Your answer: ']);
    await plan.waitUntilIdle();
    expect(received).toEqual([{ answered: true, answer: 'SQLite' }]);
  });

  test('can be left to the agent', async () => {
    const { plan, answer, received } = await asking();
    expect((await answer('none')).message).toBe('left to the agent: Which store?');
    await plan.waitUntilIdle();
    expect(received).toMatchObject([{ answered: false }]);
    expect(await pendingApprovalsOf(plan)).toEqual([]);
  });
});

describe('A call that needs approval', () => {
  const writing = async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(
      async ({ call }) => {
        await call('write', { path: 'b.txt', content: 'b\n' });
        await call('write', { path: 'c.txt', content: 'c\n' });
      },
      { approvals: { execute: { writeFiles: 'ask' } } },
    );
    const [asked] = await pendingApprovalsOf(plan);
    if (asked === undefined) throw new Error('nothing was asked');
    const context = (...answers: (string | null)[]) =>
      createScriptedContext(testProject.troupe, { plan: plan.id, answers });
    return { plan, asked, context };
  };

  test('waits after escape, and once always is picked no other call of the tool is asked for', async () => {
    const { plan, asked, context } = await writing();
    expect(await answerApproval(await context(null), plan, asked, 1)).toBe('it still waits');
    expect(await answerApproval(await context('always'), plan, asked, 2)).toBe('approved: write b.txt');
    expect((await plan.waitUntilIdle()).state).toBe('complete');
    expect(await pendingApprovalsOf(plan)).toEqual([]);
  });

  test('is denied with the reason that is asked for', async () => {
    const { plan, context } = await writing();
    const person = await context('not b');
    expect(await deny(person, '')).toBe('denied: write b.txt');
    expect(person.log).toEqual(['Why not? ']);
    expect((await plan.approvals())[0]?.answer).toMatchObject({ verdict: 'denied', reason: 'not b' });
    await plan.waitUntilIdle();
  });
});
