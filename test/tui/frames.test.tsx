import { beforeAll, describe, expect, test } from 'vitest';
import type { Plan } from '../../src/index.ts';
import { createTestProject, spawnSubplan, type TestProject } from '../runtime/test-project.ts';
import { keyCodes, openTestUi } from './test-ui.tsx';

let testProject: TestProject;
let quarrel: Plan;
let result: Plan;

beforeAll(async () => {
  testProject = await createTestProject(
    {
      part: async ({ plan, call }) => {
        await call('write', { path: 'a.txt', content: `${plan.description}\ntwo\nthree\nfour\nfive\n` });
      },
      think: async task => {
        if (task.plan.depth > 0) return;
        await task.call('decide', {
          ...{ question: 'How?', chosenOption: 'in two parts', rationale: 'they do not meet' },
          alternatives: [{ description: 'in one', reason: 'it takes longer' }],
        });
        for (const goal of ['left', 'right'])
          await spawnSubplan(task, goal, { executionActor: 'part', strategyActor: 'quiet' });
      },
      quiet: () => {},
      // Wide characters, a change of direction, and an escape sequence that would clear the screen.
      makes: async ({ call }) => {
        await call('decide', {
          question: 'Name?',
          chosenOption: '漢字 \u202eback\u001b[2J\u001b]0;title\u0007',
          rationale: '',
        });
        await call('write', { path: 'b.txt', content: 'b\n' });
      },
    },
    { lasting: true },
  );
  const make = async (name: string, action: Record<string, unknown>) => {
    await testProject.troupe.actions.create({ name, description: `Do ${name}`, ...action });
    const plan = await testProject.troupe.use({ action: name });
    await plan.execute();
    await plan.waitUntilIdle();
    return plan;
  };
  quarrel = await make('quarrel', { strategyActor: 'think', executionActor: 'quiet' });
  result = await make('makes', {
    executionActor: 'makes',
    invariants: [{ text: 'Nothing is deleted' }],
    validations: [
      { name: 'b is there', argv: ['test', '-f', 'b.txt'] },
      { name: 'c is there', argv: ['sh', '-c', 'echo no c here; exit 3'], required: false },
    ],
  });
  return () => testProject.close();
}, 60_000);

describe('the screen', () => {
  test('lists plans, newest first, with what needs you', async () => {
    await using window = openTestUi(testProject.troupe);
    const frame = await window.waitForText('Do quarrel', 'Do makes', '! 1 needs you');
    const lines = frame.split('\n');
    expect(lines[0]).toContain('troupe  ! 1 needs you · 1 to look at · 0 at work · 2 plans');
    const [first, second] = lines.filter(
      line => / Do (quarrel|makes)$/.test(line.trimEnd()) && line.includes('execute'),
    );
    expect(first).toMatch(/^› ! ✓ execute complete {4}.* Do makes/);
    expect(second).toMatch(/^ {2}! ‼ execute conflicted .*2\/2 .* Do quarrel/);
    expect(frame).toContain('1-9 views · enter open it · n new plan · a approve what is next · ? all keys · q leave');
    await window.type('/', 'q', 'u', 'a');
    expect(await window.waitForNoText('✓ execute complete')).toContain('Plans / qua');
    await window.type(keyCodes.enter);
    window.ui.press('escape', '');
    await window.waitForText('Do makes', 'Do quarrel');
    await window.type('2', 'j');
    expect(await window.waitForText('Tree of Do makes')).toContain('› ✓ execute complete');
  });

  test('shows a tree with the reason why each plan waits, and collapses it', async () => {
    await using window = openTestUi(testProject.troupe, { planId: quarrel.id });
    await window.type('2');
    const frame = await window.waitForText('├─ ✓ execute complete', '└─ ✓ execute complete', 'conflict to resolve');
    expect(frame).toContain('▾ ‼ execute conflicted 2/2  Do quarrel');
    await window.type(' ');
    expect(await window.waitForNoText('├─')).toContain('▸ ‼ execute conflicted');
    await window.type(' ', keyCodes.down, keyCodes.down);
    expect(await window.waitForText('› └─ ✓ execute complete  right')).toContain(' right');
    await window.type(keyCodes.enter);
    await window.waitForText('Output, following');
    window.ui.press('escape', '');
    await window.waitForText('Tree of');
    window.ui.press('escape', '');
    await window.waitForText('Plans');
  });

  test('shows decisions as a tree with rejected options and the reasons', async () => {
    await using window = openTestUi(testProject.troupe, { planId: quarrel.id });
    await window.type('3');
    const frame = await window.waitForText('in two parts  How?');
    expect(frame).toContain('✗ rejected: in one — it takes longer');
    expect(frame).toMatch(/◆ subplan parallel spawn: left {2}/);
    const at = frame.split('\n').findIndex(line => line.includes('in two parts')) - 2;
    await window.type(...Array.from({ length: at }, () => 'j'));
    expect(await window.waitForText('they do not meet')).toMatch(/[0-9A-HJKMNP-TV-Z]{26}/);
  });

  test('shows output, a diff, checks with their output, checkpoints, costs', async () => {
    await using window = openTestUi(testProject.troupe, { planId: result.id });
    await window.type('4');
    await window.waitForText('no c here');
    await window.type('5');
    const diff = await window.waitForText('diff --git a/b.txt b/b.txt', '+b');
    expect(diff).toContain('Diff, 1 file');
    await window.type('7');
    const checks = await window.waitForText('passed', 'FAILED', 'Nothing is deleted');
    expect(checks).toMatch(/FAILED +optional +c is there {2}exit 3/);
    expect(checks).toContain('test -f b.txt');
    await window.type('j');
    await window.waitForText('no c here', 'sh -c echo no c here; exit 3');
    await window.type('8');
    const points = await window.waitForText('Checkpoints', 'preExecute', 'postExecute');
    expect(points).toMatch(/\d\d:\d\d:\d\d {2}postExecute {2}\d+ s ago/);
    await window.type('9');
    expect(await window.waitForText('tool calls')).toMatch(/tool calls {2}2 +no limit/);
  });

  test('marks parts of a result to apply them alone, and shows a diff side by side', async () => {
    await using window = openTestUi(testProject.troupe, { planId: result.id });
    await window.type('5');
    await window.waitForText('+b');
    await window.type(' ');
    await window.waitForText('[x] diff --git a/b.txt b/b.txt', '[x] @@', '1 part marked; A applies only these');
    await window.type('A');
    await window.waitForText('Apply 1 part to your checkout (branch main)?', 'b.txt', 'y yes · n no');
    await window.type('n');
    await window.waitForText('not applied', '[x]');
    await window.type('M');
    await window.waitForNoText('[x]', 'marked');
    await window.type('|');
    expect(await window.waitForText('│ +b')).not.toContain('+b │');
    window.ui.resize(80, 30);
    await window.waitForText('too narrow for two sides');
    await window.waitForNoText('│ +b');
    await window.type(':', ...'sides', keyCodes.enter);
    await window.waitForNoText('too narrow');
  });

  test('says what is missing, wraps long lines, and copies the address of the inspector, twice on two requests', async () => {
    await using window = openTestUi(testProject.troupe, { planId: result.id, columns: 60 });
    await window.type('4', 'w');
    await window.waitForText('Output', 'no c here');
    await window.type(':', 'w', 'r', 'a', 'p', keyCodes.enter, '.', ':', keyCodes.enter);
    await window.type('/', ...'nowhere', keyCodes.enter);
    await window.waitForText('Output, following / nowhere', 'Nothing with "nowhere" in it.');
    await window.type('j', keyCodes.enter);
    await window.type('I');
    await window.waitForText('copied http://127.0.0.1:1/');
    await window.type('.');
    expect(window.recorded.copied).toHaveLength(2);
  });

  test("shows conflicts hunk by hunk, with each side's plan", async () => {
    await using window = openTestUi(testProject.troupe, { planId: quarrel.id });
    await window.type('6');
    const frame = await window.waitForText('hunk 1, line 1  open', '< left', '| one', '> right');
    expect(frame).toContain('Conflicts, 1 open');
    expect(frame).toContain('ours    left');
    expect(frame).toContain('theirs  right');
    expect(frame).toContain('o take ours · t take theirs');
  });

  test('removes escape sequences, and measures wide characters', async () => {
    await using window = openTestUi(testProject.troupe, { planId: result.id });
    await window.type('3');
    const frame = await window.waitForText('漢字 back');
    expect(frame).not.toContain('\u001b[2J');
    expect(frame).not.toContain('\u001b]0');
    expect(frame).not.toContain('\u202e');
  });

  test('has two panes when there is room, and a message when there is none', async () => {
    await using window = openTestUi(testProject.troupe, { planId: quarrel.id, columns: 60, rows: 16 });
    await window.waitForText('Do quarrel');
    window.ui.resize(59, 16);
    expect(await window.waitForText('The screen is 59×16; it takes 60×16')).not.toContain('Do quarrel');
    await window.type('6');
    window.ui.resize(60, 15);
    await window.waitForText('60×15');
    window.ui.resize(100, 30);
    await window.waitForText('Plans');
    expect(window.frame()).not.toContain('│');
    window.ui.resize(120, 30);
    expect(await window.waitForText('│')).toContain('Output');
    await window.type('z');
    await window.waitForNoText('│');
  });

  test('keeps the typed text and the help key visible in any width', async () => {
    await using window = openTestUi(testProject.troupe, { columns: 60 });
    for (const view of ['1', '3', '5', '6', '8']) {
      await window.type(view);
      expect(window.frame()).toMatch(/1-9 views · .*\? all keys · q leave/);
    }
    await window.type(
      ':',
      ...'message all that a person has to say about a plan, to its end'.split(' ').map(word => `${word} `),
    );
    expect(await window.waitForText('to its end ▏')).toMatch(/^ {2}:….* about a plan, to its end ▏$/m);
  });

  test('lists every key in its help, and closes it with any key', async () => {
    await using window = openTestUi(testProject.troupe, { rows: 80 });
    await window.type('?');
    const frame = await window.waitForText('Keys');
    for (const { keys: own, meaning } of window.ui.keys) {
      expect(frame).toContain(meaning);
      expect(frame).toContain(own[0]);
    }
    window.ui.resize(100, 20);
    await window.waitForText('lines more');
    await window.type(keyCodes.down);
    await window.waitForNoText('Keys  a name');
    await window.type('x');
    await window.waitForText('Do quarrel');
  });
});
