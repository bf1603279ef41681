import { describe, expect, test } from 'vitest';
import type { AgentTask, Troupe } from '../../src/index.ts';
import { playhouse, spawn } from '../runtime/playhouse.ts';
import { keys, openWindow, type Window } from './window.tsx';

const part = async ({ plan, call }: AgentTask) => {
  await call('write', { path: 'a.txt', content: `${plan.description}\ntwo\nthree\nfour\nfive\n` });
};
const quarrels = {
  part,
  quiet: () => {},
  think: async (task: AgentTask) => {
    if (task.plan.depth > 0) return;
    for (const goal of ['left', 'right']) await spawn(task, goal, { executionActor: 'part', strategyActor: 'quiet' });
  },
};
const quarrel = { name: 'quarrel', description: 'Two say it', strategyActor: 'think', executionActor: 'quiet' };

/** Moves the cursor to the row with these words: it may stand above, where what is newer came in. */
async function standOn(window: Window, words: string): Promise<void> {
  await window.shows(words);
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
  const { phase, state } = await (await troupe.plan()).record();
  return `${phase}.${state}`;
};

describe('from the screen a person', () => {
  test('makes a plan, approves it, settles its conflict by hunk, goes back, undoes that, and applies it', async () => {
    const house = await playhouse(quarrels);
    await house.troupe.actions.create({
      ...quarrel,
      arguments: { who: { default: 'they', description: 'who says it' } },
    });
    await using window = openWindow(house.troupe);
    await window.type('n');
    await window.shows('New plan from', 'quarrel  Two say it');
    await window.type(keys.enter);
    await window.shows('Goal: Two say it');
    await window.type(keys.backspace, 'X', keys.enter);
    await window.shows('who (who says it): they');
    await window.type(keys.enter);
    await window.shows('strategize complete', 'Two say iX', 'waits for your go');
    expect(window.done.notified).toEqual(['Two say iX: waits for your go']);
    await window.type('a');
    await window.shows('execute conflicted', 'conflict to resolve');
    await window.type('a');
    await window.shows('PHASE_GUARD: It is execute conflicted: its conflicts must be resolved first');
    await window.type('6');
    await standOn(window, 'hunk 1');
    await window.type('t');
    await window.shows('took theirs for a.txt, hunk 1', 'Conflicts, 0 open');
    await window.type('1');
    await window.shows('execute complete', 'result to look at');
    expect(window.done.notified.slice(1)).toEqual(['Two say iX: conflict to resolve', 'Two say iX: result to look at']);

    await window.type('8');
    await standOn(window, 'preExecute');
    await window.type('r');
    const asked = await window.shows('Go back to preExecute', 'take back', '2 subplans', 'y yes · n no');
    expect(asked).toContain('after: execute queued');
    await window.type('n');
    await window.shows('not taken back');
    await window.type('r');
    await window.shows('Go back to preExecute');
    await window.type('y');
    await window.shows('back to preExecute; a goes on from there', '"before going back"');
    expect(await placeOf(house.troupe)).toBe('execute.queued');
    await window.type('u');
    await window.shows('Go back to "before going back"');
    await window.type('y');
    await window.shows('back to "before going back"; a goes on');
    await window.type('a');
    await window.type('1');
    await window.shows('execute complete', 'result to look at');

    await window.type('A');
    await window.shows('Apply to your checkout (branch main)?', 'Result: 1 file');
    await window.type('q');
    await window.shows('not applied');
    await window.type('a');
    await window.shows('Apply to your checkout (branch main)?');
    await window.type('y');
    await window.shows('lands on your checkout');
    await window.type('v');
    await window.shows('✔ applied');
    expect(house.git('show', 'HEAD:a.txt')).toContain('right');
  });

  test('corrects a decision, adds to it, forks, tells agents something, and takes things along', async () => {
    const told: (readonly string[])[] = [];
    const house = await playhouse({
      writes: async ({ guidance, call }) => {
        told.push(guidance);
        const [wish = 'first'] = guidance;
        await call('decide', { question: 'Which?', chosenOption: wish, rationale: 'so it seems' });
        await call('write', { path: 'b.txt', content: `${wish}\n` });
      },
    });
    await house.troupe.actions.create({ name: 'writes', description: 'Write it', executionActor: 'writes' });
    const plan = await house.troupe.use({ action: 'writes' });
    await plan.execute();
    await plan.settled();
    await using window = openWindow(house.troupe, { planId: plan.id });
    await window.type('3');
    await standOn(window, ': first');
    await window.type('y');
    await window.shows('copied');
    expect(window.done.copied).toEqual([
      (await plan.decisions()).find(each => each.chosenOption === 'first')?.decisionId,
    ]);
    await window.type('c', keys.enter);
    await window.type('c', ...'second', keys.enter);
    await window.shows('Decide "first" otherwise', 'the agent goes on from before that decision');
    await window.type(keys.enter);
    await window.shows('not corrected');
    await window.type('.', ...'second', keys.enter);
    await window.shows('Decide "first" otherwise');
    await window.type('y');
    await window.shows(': second', ': first  superseded');
    await plan.settled();
    expect(told.flat()).toContain('second');

    await window.type('5');
    await window.shows('+second');
    await window.type('s');
    await window.shows('saved to troupe-');
    expect(Object.values(window.done.saved)).toEqual([await plan.diff()]);
    await window.type('4');
    await window.shows('Output');
    await window.type('s', 'w');
    await window.shows('.log');
    await window.type('O');
    await window.shows('the editor ended with code 0');
    await window.type('!');
    await window.shows('the shell ended with code 0');
    const { sandbox } = await plan.record();
    expect([window.done.edited, window.done.shells]).toEqual([[sandbox?.path], [sandbox?.path]]);

    await window.type('C', ...'kept', keys.enter);
    await window.shows('checkpoint "kept"');
    await window.type('8');
    await standOn(window, '"kept"');
    await window.type('f', ...'Another way', keys.enter);
    await window.shows('forked from "Write it"', 'Tree of Another way');
    const fork = await house.troupe.plan();
    expect((await fork.record()).forkedFrom).toMatchObject({ planId: plan.id });
    await window.shows('strategize complete');
    await window.type('m', ...'mind the tests', keys.enter);
    await window.shows('said; the next agent');
    expect((await fork.record()).guidance).toContain('mind the tests');
    await window.type(':', ...'message and the docs', keys.enter);
    await window.shows('said; the next agent');
    await window.type('K');
    await window.shows('Cancel "Another way"?', '0 of its 0 subplans');
    await window.type('n', 'K', 'y');
    await window.shows('"Another way" is cancelled');
    expect((await fork.settled()).state).toBe('cancelled');
  });

  test('pauses what is at work, goes on, is asked once by Ctrl-C, and cancels by the second', async () => {
    let go = () => {};
    const gate = new Promise<void>(resolve => {
      go = resolve;
    });
    const house = await playhouse({
      waits: async ({ call, signal }) => {
        await Promise.race([gate, new Promise(resolve => signal?.addEventListener('abort', resolve))]);
        await call('write', { path: 'b.txt', content: 'b\n' });
      },
    });
    await house.troupe.actions.create({ name: 'waits', description: 'Wait', executionActor: 'waits' });
    const plan = await house.troupe.use({ action: 'waits' });
    await plan.execute();
    await using window = openWindow(house.troupe, { planId: plan.id });
    await window.shows('execute processing');
    await window.type(keys.ctrlC);
    await window.shows('"Wait" is at work', 'pause it', 'leave; it goes on');
    await window.type('p');
    await window.shows('execute paused');
    await window.type('p');
    await window.shows('execute processing', 'goes on');
    await window.type(keys.ctrlC);
    await window.shows('"Wait" is at work');
    await window.type(keys.ctrlC);
    await window.type('v');
    await window.shows('– cancelled');
    expect(await plan.settled()).toMatchObject({ state: 'cancelled', cancelReason: 'interrupted by Ctrl-C' });
    go();
    // Nothing is at work: Ctrl-C leaves, and so do q and a choice to leave.
    await window.type(keys.ctrlC);
    await window.ui.left;
  });

  test('retries what failed, with a word about what should be different', async () => {
    let breaks = true;
    const house = await playhouse({
      thinks: () => {
        if (breaks) throw Object.assign(new Error('no idea'), { code: 'USAGE' });
      },
    });
    await house.troupe.actions.create({
      ...{ name: 'thinks', description: 'Think', strategyActor: 'thinks', executionActor: 'player' },
      subplans: { retryFailed: false },
    });
    const plan = await house.troupe.use({ action: 'thinks' });
    await plan.settled();
    await using window = openWindow(house.troupe, { planId: plan.id });
    await window.shows('strategize errored', 'failed');
    breaks = false;
    await window.type('R');
    await window.shows('retries', 'execute complete');
    await window.type('R');
    await window.shows('there is nothing to retry');
    await window.type('T', ...'think harder', keys.enter);
    await window.shows('thinks again', 'strategize queued', 'waits for your go');
    expect((await plan.record()).guidance).toContain('think harder');
    await window.type('a');
    await window.shows('execute complete');
    await window.type('6', 'o');
    await window.shows('There is no conflict to settle');
    await window.type('A');
    await window.shows('there is no result to apply');
    await window.type(':', ...'apply nowhere', keys.enter);
    await window.shows('USAGE: A result lands in the checkout');
    // All of it in one piece, as who pastes it has it arrive.
    await window.type(`:nonsense${keys.enter}`);
    await window.shows('There is no "nonsense"');
    await window.type(':', ...'theme light', keys.enter, ':', ...'checks', keys.enter);
    await window.shows('Checks');
    expect(window.ui.look().state.theme).toBe('light');
    await window.type(':', ...'q', keys.enter);
    await window.ui.left;
  });

  test('marks a call that waits in the rows of its subplan and of every plan above it, and in the header [R288]', async () => {
    const house = await playhouse({
      parts: async task => void (await spawn(task, 'child', { executionActor: 'writes', strategyActor: 'quiet' })),
      writes: task => task.call('write', { path: 'a.txt', content: 'changed\n' }),
      quiet: () => {},
    });
    await house.troupe.actions.create({
      ...{ name: 'asks', description: 'Ask', executionActor: 'parts', approvals: { execute: { writeFiles: 'ask' } } },
    });
    const plan = await house.troupe.use({ action: 'asks' });
    await plan.execute();
    await using window = openWindow(house.troupe, { planId: plan.id });
    await window.shows('! 1 needs you: "child" asks to write a.txt (W)');
    const marked = (frame: string) => frame.split('\n').filter(row => /^.?\W*! .*asks to write a\.txt/.test(row));
    const plans = marked(await window.shows('Plans'));
    expect(plans.some(row => row.includes('"child" asks to write a.txt'))).toBe(true);
    await window.type('2');
    const tree = marked(await window.shows('Tree of Ask'));
    expect(tree.some(row => row.includes('Ask — "child" asks to write a.txt'))).toBe(true);
    expect(tree.some(row => row.includes('child — asks to write a.txt'))).toBe(true);
    await plan.deny();
    await window.hides('asks to write');
  });

  test('answers a tool call that waits, and looks at what taking a hunk out would do', async () => {
    const house = await playhouse({
      writes: async ({ call }) => {
        await call('write', { path: 'a.txt', content: 'one\ntwo\nthree\nfour\nchanged\n' });
        await call('write', { path: 'b.txt', content: 'b\n' });
      },
    });
    await house.troupe.actions.create({
      ...{ name: 'asks', description: 'Ask', executionActor: 'writes', approvals: { execute: { writeFiles: 'ask' } } },
    });
    const plan = await house.troupe.use({ action: 'asks' });
    await plan.execute();
    await using window = openWindow(house.troupe, { planId: plan.id });
    await window.shows('asks to write a.txt; a approves, D denies', '! 1 needs you: "Ask" asks to write a.txt');
    await window.type('a');
    const { sandbox } = await plan.record();
    // What it is about stays in sight, and enter lets nothing happen.
    await window.shows('Plans', '? "Ask" (plan', 'write a.txt', `in ${sandbox?.path}`.slice(0, 40), '› escape');
    await window.type(keys.enter);
    await window.shows('it still waits');
    await window.type('a');
    await window.shows('yes, this once');
    await window.type('a');
    await window.shows('approved: write a.txt', 'execute complete');
    expect((await plan.approvals()).map(({ answer }) => answer?.always)).toContain(true);
    await window.type('5');
    await standOn(window, '@@');
    await window.type('x', ...'it was right', keys.enter);
    await window.shows('Take a.txt#1 out of the result?', 'it was right');
    await window.type('n');
    await window.shows('not taken out');
  });
});
