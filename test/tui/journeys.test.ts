import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { runTroupe } from '../cli/run-command.ts';
import { conflictAction, greetAction } from '../cli/sample-actions.ts';
import { createRepository, type TestRepository } from '../cli/test-repository.ts';
import { hasTmux, type Tmux, tmux } from './tmux.ts';

const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function projectWith(...actions: string[]): Promise<TestRepository> {
  const project = createRepository();
  open.push(() => project.remove());
  // The detached owner would stay for a while.
  open.push(() => runTroupe(project, ['owner', 'stop']));
  for (const [index, action] of actions.entries()) {
    const file = project.write(`${index}.yaml`, action);
    await runTroupe(project, ['action', 'create', '-f', file]);
  }
  return project;
}

function terminal(project: TestRepository, words: string, options?: { before: string }): Tmux {
  const made = tmux(project, words, { columns: 130, rows: 36, ...options });
  open.push(made.close);
  return made;
}

describe.skipIf(!hasTmux)('in a real terminal (tmux) a user', () => {
  test('watches a plan, resizes, quits and returns, and finds the terminal restored [R157, R158]', async () => {
    const project = await projectWith(greetAction);
    const screen = terminal(project, 'ui');
    await screen.waitForText('nothing needs you', 'n makes one');
    expect([screen.format('alternate_on'), screen.format('mouse_any_flag')]).toEqual(['1', '0']);
    screen.keys('n');
    await screen.waitForText('local/greet');
    screen.keys('Enter');
    await screen.waitForText('Goal: Greet');
    screen.keys('Enter');
    await screen.waitForText('who: the world');
    screen.keys('Enter');
    await screen.waitForText('strategize complete', 'waits for your go');
    screen.keys('a');
    await screen.waitForText('execute complete', 'result to look at');
    screen.resize(60, 16);
    await screen.waitForNoText('│');
    const small = await screen.waitForText('Tree of Greet', 'execute complete');
    expect(small.split('\n').every(line => line.length <= 60)).toBe(true);
    // A window that is resized by dragging: nothing drawn in between remains.
    for (let width = 61; width < 130; width += 4) screen.resize(width, 16 + (width % 9));
    screen.resize(50, 10);
    await screen.waitForText('it takes 60×16');
    screen.resize(130, 36);
    await screen.waitForText('│', 'Output');
    screen.keys('5');
    await screen.waitForText('+hello');
    screen.keys('q');
    await screen.waitForText('Left; nothing is at work');
    expect([screen.format('alternate_on'), screen.format('cursor_flag')]).toEqual(['0', '1']);
    // The earlier screen is restored, and typed text is visible.
    screen.type('echo back again');
    await screen.waitForText('echo back again');
    screen.keys('C-u');
    const again = terminal(project, 'ui');
    await again.waitForText('execute complete', 'Greet');
    again.keys('C-c');
    await again.waitForText('Left;');
  }, 120_000);

  test('resolves a conflict by a hunk, corrects a decision, rolls back to a checkpoint', async () => {
    const project = await projectWith(conflictAction);
    const screen = terminal(project, 'ui');
    await screen.waitForText('n makes one');
    screen.type(':new local/quarrel Say it twice');
    screen.keys('Enter');
    await screen.waitForText('strategize complete', 'waits for your go');
    screen.keys('a');
    await screen.waitForText('execute conflicted', 'conflict to resolve');
    screen.keys('6');
    await screen.waitForText('hunk 1', '< left', '> right');
    screen.keys('j', 'j', 't');
    await screen.waitForText('execute complete', 'result to look at');
    screen.keys('3');
    await screen.waitForText('subplan parallel spawn');
    screen.keys('G', 'c');
    await screen.waitForText('What should be different?');
    screen.type('say it softly');
    screen.keys('Enter');
    await screen.waitForText('Decide "say right" differently', 'y yes');
    screen.keys('y');
    // It is merged again, and conflicts with the other once more.
    await screen.waitForText('execute conflicted', 'conflict to resolve', '◇ subplan parallel spawn');
    screen.keys('8');
    await screen.waitForText('preExecute');
    screen.keys('G', 'r');
    await screen.waitForText('Roll back to preExecute', 'discard', 'y yes');
    screen.keys('y');
    await screen.waitForText('execute queued', 'waits for your go');
    screen.keys('q');
    await screen.waitForText('Left;');
  }, 120_000);

  test('finds earlier output in the scroll-back without frames of the UI, and can select text [R158]', async () => {
    const project = await projectWith(greetAction);
    const screen = terminal(project, 'ui', { before: 'seq 1 200' });
    await screen.waitForText('nothing needs you', 'n makes one');
    const before = screen.format('history_size');
    expect(Number(before)).toBeGreaterThan(100);
    // The mouse is not ours: the terminal selects.
    for (const flag of ['mouse_any_flag', 'mouse_button_flag', 'mouse_standard_flag', 'mouse_sgr_flag'])
      expect([flag, screen.format(flag)]).toEqual([flag, '0']);
    screen.keys('n');
    await screen.waitForText('local/greet');
    // A terminal reads Escape and an immediately following key as one key.
    screen.keys('Escape');
    await screen.waitForText('1-9 views');
    screen.keys('?');
    await screen.waitForText('any other key closes');
    screen.keys('Escape');
    await screen.waitForText('1-9 views');
    expect(screen.format('history_size')).toBe(before);
    screen.keys('q');
    await screen.waitForText('Left; nothing is at work', '200');
    expect(screen.format('alternate_on')).toBe('0');
    const history = screen.history();
    expect(Array.from({ length: 200 }, (_, at) => at + 1).filter(line => !history.includes(`\n${line}\n`))).toEqual([]);
    expect(history).not.toContain('n makes one');
  }, 120_000);

  test('has the terminal back after SIGTERM', async () => {
    const project = await projectWith();
    const screen = terminal(project, 'ui; echo it ended with $?; stty -a > after', { before: 'stty -a > before' });
    await screen.waitForText('n makes one');
    const shell = Number(screen.format('pane_pid'));
    const [child] = execFileSync('pgrep', ['-P', String(shell)], { encoding: 'utf8' })
      .trim()
      .split('\n');
    process.kill(Number(child), 'SIGTERM');
    await screen.waitForText('it ended with 143');
    expect(['alternate_on', 'cursor_flag', 'wrap_flag'].map(screen.format)).toEqual(['0', '1', '1']);
    screen.type('cmp before after && echo the same settings');
    screen.keys('Enter');
    await screen.waitForText('\nthe same settings');
  }, 120_000);
});

test.skipIf(hasTmux)('the journeys in a real terminal are skipped: tmux is not installed', () => {
  expect(hasTmux).toBe(false);
});
