import { describe, expect, test } from 'vitest';
import type { AgentTask, Troupe } from '../../src/index.ts';
import { createTestProject, spawnSubplan } from '../runtime/test-project.ts';
import { keyCodes, openTestUi, type TestUi } from './test-ui.tsx';

const part = async ({ plan, call }: AgentTask) => {
  await call('write', { path: 'a.txt', content: `${plan.description}\ntwo\nthree\nfour\nfive\n` });
};
const quarrels = {
  part,
  quiet: () => {},
  think: async (task: AgentTask) => {
    if (task.plan.depth > 0) return;
    for (const goal of ['left', 'right'])
      await spawnSubplan(task, goal, { executionActor: 'part', strategyActor: 'quiet' });
  },
};
const quarrel = { name: 'quarrel', description: 'Two say it', strategyActor: 'think', executionActor: 'quiet' };

/** Moves the cursor to the row with these words, which may be above it when newer rows were added. */
async function moveTo(window: TestUi, words: string): Promise<void> {
  await window.waitForText(words);
  for (let step = 0; step < 60; step++) {
    if (
      window
        .frame()
        .split('\n')
        .some(line => line.startsWith('›') && line.includes(words))
    )
      return;
    await window.type(step < 30 ? 'j' : 'k');
  }
  throw new Error(`cannot get to ${words}:\n${window.frame()}`);
}

const placeOf = async (troupe: Troupe) => {
  const { phase, state } = await (await troupe.get()).record();
  return `${phase}.${state}`;
};

describe('from the screen a user', () => {
  test('creates a plan, approves it, resolves its conflict by hunk, rolls back, undoes that, and applies it', async () => {
    const testProject = await createTestProject(quarrels);
    await testProject.troupe.actions.create({
      ...quarrel,
      arguments: { who: { default: 'they', description: 'who says it' } },
    });
    await using window = openTestUi(testProject.troupe);
    await window.type('n');
    await window.waitForText('New plan from', 'quarrel  Two say it');
    await window.type(keyCodes.enter);
    await window.waitForText('Goal: Two say it');
    await window.type(keyCodes.backspace, 'X', keyCodes.enter);
    await window.waitForText('who (who says it): they');
    await window.type(keyCodes.enter);
    await window.waitForText('strategize complete', 'Two say iX', 'waits for your go');
    expect(window.recorded.notified).toEqual(['Two say iX: waits for your go']);
    await window.type('a');
    await window.waitForText('execute conflicted', 'conflict to resolve');
    await window.type('a');
    await window.waitForText('PHASE_GUARD: It is execute conflicted: its conflicts must be resolved first');
    await window.type('6');
    await moveTo(window, 'hunk 1');
    await window.type('t');
    await window.waitForText('took theirs for a.txt, hunk 1', 'Conflicts, 0 open');
    await window.type('1');
    await window.waitForText('execute complete', 'result to look at');
    expect(window.recorded.notified.slice(1)).toEqual([
      'Two say iX: conflict to resolve',
      'Two say iX: result to look at',
    ]);

    await window.type('8');
    await moveTo(window, 'preExecute');
    await window.type('r');
    const asked = await window.waitForText('Roll back to preExecute', 'discard', '2 subplans', 'y yes · n no');
    expect(asked).toContain('after: execute queued');
    await window.type('n');
    await window.waitForText('not rolled back');
    await window.type('r');
    await window.waitForText('Roll back to preExecute');
    await window.type('y');
    await window.waitForText('rolled back to preExecute; a continues from there', '"before rollback"');
    expect(await placeOf(testProject.troupe)).toBe('execute.queued');
    await window.type('u');
    await window.waitForText('Roll back to "before rollback"');
    await window.type('y');
    await window.waitForText('rolled back to "before rollback"; a continues');
    await window.type('a');
    await window.type('1');
    await window.waitForText('execute complete', 'result to look at');

    await window.type('A');
    await window.waitForText('Apply to your checkout (branch main)?', 'Result: 1 file');
    await window.type('q');
    await window.waitForText('not applied');
    await window.type('a');
    await window.waitForText('Apply to your checkout (branch main)?');
    await window.type('y');
    await window.waitForText('is applied to your checkout');
    await window.type('v');
    await window.waitForText('✔ applied');
    expect(testProject.git('show', 'HEAD:a.txt')).toContain('right');
  });

  test('corrects a decision, adds to it, forks, guides agents, and exports things', async () => {
    const guidanceOfRuns: (readonly string[])[] = [];
    const testProject = await createTestProject({
      writes: async ({ guidance, call }) => {
        guidanceOfRuns.push(guidance);
        const [wish = 'first'] = guidance;
        await call('decide', { question: 'Which?', chosenOption: wish, rationale: 'so it seems' });
        await call('write', { path: 'b.txt', content: `${wish}\n` });
      },
    });
    await testProject.troupe.actions.create({ name: 'writes', description: 'Write it', executionActor: 'writes' });
    const plan = await testProject.troupe.use({ action: 'writes' });
    await plan.execute();
    await plan.waitUntilIdle();
    await using window = openTestUi(testProject.troupe, { planId: plan.id });
    await window.type('3');
    await moveTo(window, ': first');
    await window.type('y');
    await window.waitForText('copied');
    expect(window.recorded.copied).toEqual([
      (await plan.decisions()).find(each => each.chosenOption === 'first')?.decisionId,
    ]);
    await window.type('c', keyCodes.enter);
    await window.type('c', ...'second', keyCodes.enter);
    await window.waitForText('Decide "first" differently', 'the agent continues from before that decision');
    await window.type(keyCodes.enter);
    await window.waitForText('not corrected');
    await window.type('.', ...'second', keyCodes.enter);
    await window.waitForText('Decide "first" differently');
    await window.type('y');
    await window.waitForText(': second', ': first  superseded');
    await plan.waitUntilIdle();
    expect(guidanceOfRuns.flat()).toContain('second');

    await window.type('5');
    await window.waitForText('+second');
    await window.type('s');
    await window.waitForText('saved to troupe-');
    expect(Object.values(window.recorded.saved)).toEqual([await plan.diff()]);
    await window.type('4');
    await window.waitForText('Output');
    await window.type('s', 'w');
    await window.waitForText('.log');
    await window.type('O');
    await window.waitForText('the editor ended with code 0');
    await window.type('!');
    await window.waitForText('the shell ended with code 0');
    const { sandbox } = await plan.record();
    expect([window.recorded.edited, window.recorded.shells]).toEqual([[sandbox?.path], [sandbox?.path]]);

    await window.type('C', ...'kept', keyCodes.enter);
    await window.waitForText('checkpoint "kept"');
    await window.type('8');
    await moveTo(window, '"kept"');
    await window.type('f', ...'Another way', keyCodes.enter);
    await window.waitForText('forked from "Write it"', 'Tree of Another way');
    const fork = await testProject.troupe.get();
    expect((await fork.record()).forkedFrom).toMatchObject({ planId: plan.id });
    await window.waitForText('strategize complete');
    await window.type('m', ...'mind the tests', keyCodes.enter);
    await window.waitForText('sent to the agents');
    expect((await fork.record()).guidance).toContain('mind the tests');
    await window.type(':', ...'guide and the docs', keyCodes.enter);
    await window.waitForText('sent to the agents');
    await window.type('K');
    await window.waitForText('Cancel "Another way"?', '0 of its 0 subplans');
    await window.type('n', 'K', 'y');
    await window.waitForText('"Another way" is cancelled');
    expect((await fork.waitUntilIdle()).state).toBe('cancelled');
  });

  test('pauses a working plan, resumes, is asked once by Ctrl-C, and cancels by the second', async () => {
    let go = () => {};
    const gate = new Promise<void>(resolve => {
      go = resolve;
    });
    const testProject = await createTestProject({
      waits: async ({ call, signal }) => {
        await Promise.race([gate, new Promise(resolve => signal?.addEventListener('abort', resolve))]);
        await call('write', { path: 'b.txt', content: 'b\n' });
      },
    });
    await testProject.troupe.actions.create({ name: 'waits', description: 'Wait', executionActor: 'waits' });
    const plan = await testProject.troupe.use({ action: 'waits' });
    await plan.execute();
    await using window = openTestUi(testProject.troupe, { planId: plan.id });
    await window.waitForText('execute processing');
    await window.type(keyCodes.ctrlC);
    await window.waitForText('"Wait" is at work', 'pause it', 'leave; it continues');
    await window.type('p');
    await window.waitForText('execute paused');
    await window.type('p');
    await window.waitForText('execute processing', 'continues');
    await window.type(keyCodes.ctrlC);
    await window.waitForText('"Wait" is at work');
    await window.type(keyCodes.ctrlC);
    await window.type('v');
    await window.waitForText('– cancelled');
    expect(await plan.waitUntilIdle()).toMatchObject({ state: 'cancelled', cancelReason: 'interrupted by Ctrl-C' });
    go();
    // No plan is working: Ctrl-C quits, and so do q and the choice to quit.
    await window.type(keyCodes.ctrlC);
    await window.ui.exited;
  });

  test('retries a failed plan, with guidance', async () => {
    let breaks = true;
    const testProject = await createTestProject({
      thinks: () => {
        if (breaks) throw Object.assign(new Error('no idea'), { code: 'USAGE' });
      },
    });
    await testProject.troupe.actions.create({
      ...{ name: 'thinks', description: 'Think', strategyActor: 'thinks', executionActor: 'player' },
      subplans: { retryFailed: false },
    });
    const plan = await testProject.troupe.use({ action: 'thinks' });
    await plan.waitUntilIdle();
    await using window = openTestUi(testProject.troupe, { planId: plan.id });
    await window.waitForText('strategize errored', 'failed');
    breaks = false;
    await window.type('R');
    await window.waitForText('retries', 'execute complete');
    await window.type('R');
    await window.waitForText('there is nothing to retry');
    await window.type('T', ...'think harder', keyCodes.enter);
    await window.waitForText('was reverted', 'strategize queued', 'waits for your go');
    expect((await plan.record()).guidance).toContain('think harder');
    await window.type('a');
    await window.waitForText('execute complete');
    await window.type('6', 'o');
    await window.waitForText('There is no conflict to resolve');
    await window.type('A');
    await window.waitForText('there is no result to apply');
    await window.type(':', ...'apply nowhere', keyCodes.enter);
    await window.waitForText('USAGE: A result is applied to the checkout');
    // All of it in one chunk, as pasted text arrives.
    await window.type(`:nonsense${keyCodes.enter}`);
    await window.waitForText('There is no "nonsense"');
    await window.type(':', ...'theme light', keyCodes.enter, ':', ...'checks', keyCodes.enter);
    await window.waitForText('Checks');
    expect(window.ui.viewModel().state.theme).toBe('light');
    await window.type(':', ...'q', keyCodes.enter);
    await window.ui.exited;
  });

  test('marks a pending call in the rows of its subplan and of every plan above it, and in the header [R288]', async () => {
    const testProject = await createTestProject({
      parts: async task =>
        void (await spawnSubplan(task, 'child', { executionActor: 'writes', strategyActor: 'quiet' })),
      writes: task => task.call('write', { path: 'a.txt', content: 'changed\n' }),
      quiet: () => {},
    });
    await testProject.troupe.actions.create({
      ...{ name: 'asks', description: 'Ask', executionActor: 'parts', approvals: { execute: { writeFiles: 'ask' } } },
    });
    const plan = await testProject.troupe.use({ action: 'asks' });
    await plan.execute();
    await using window = openTestUi(testProject.troupe, { planId: plan.id });
    await window.waitForText('! 1 needs you: "child" asks to write a.txt (W)');
    const marked = (frame: string) => frame.split('\n').filter(row => /^.?\W*! .*asks to write a\.txt/.test(row));
    const plans = marked(await window.waitForText('Plans'));
    expect(plans.some(row => row.includes('"child" asks to write a.txt'))).toBe(true);
    await window.type('2');
    const tree = marked(await window.waitForText('Tree of Ask'));
    expect(tree.some(row => row.includes('Ask — "child" asks to write a.txt'))).toBe(true);
    expect(tree.some(row => row.includes('child — asks to write a.txt'))).toBe(true);
    await plan.deny();
    await window.waitForNoText('asks to write');
  });

  test('answers a pending call, and sees what rejecting a hunk would do', async () => {
    const testProject = await createTestProject({
      writes: async ({ call }) => {
        await call('write', { path: 'a.txt', content: 'one\ntwo\nthree\nfour\nchanged\n' });
        await call('write', { path: 'b.txt', content: 'b\n' });
      },
    });
    await testProject.troupe.actions.create({
      ...{ name: 'asks', description: 'Ask', executionActor: 'writes', approvals: { execute: { writeFiles: 'ask' } } },
    });
    const plan = await testProject.troupe.use({ action: 'asks' });
    await plan.execute();
    await using window = openTestUi(testProject.troupe, { planId: plan.id });
    await window.waitForText('asks to write a.txt; a approves, D denies', '! 1 needs you: "Ask" asks to write a.txt');
    await window.type('a');
    const { sandbox } = await plan.record();
    // The details stay visible, and enter does nothing.
    await window.waitForText('Plans', '? "Ask" (plan', 'write a.txt', `in ${sandbox?.path}`.slice(0, 40), '› escape');
    await window.type(keyCodes.enter);
    await window.waitForText('it still waits');
    await window.type('a');
    await window.waitForText('yes, this once');
    await window.type('a');
    await window.waitForText('approved: write a.txt', 'execute complete');
    expect((await plan.approvals()).map(({ answer }) => answer?.always)).toContain(true);
    await window.type('5');
    await moveTo(window, '@@');
    await window.type('x', ...'it was right', keyCodes.enter);
    await window.waitForText('Take a.txt#1 out of the result?', 'it was right');
    await window.type('n');
    await window.waitForText('not taken out');
  });
});
