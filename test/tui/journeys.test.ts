import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { greet, quarrel } from '../cli/actions.ts';
import { type Repository, repository } from '../cli/repository.ts';
import { troupe } from '../cli/shell.ts';
import { hasTmux, type Tmux, tmux } from './tmux.ts';

const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function projectWith(...actions: string[]): Promise<Repository> {
  const project = repository();
  open.push(() => project.remove());
  // The owner without a window would stay for a while.
  open.push(() => troupe(project, ['owner', 'stop']));
  for (const [index, action] of actions.entries()) {
    const file = project.write(`${index}.yaml`, action);
    await troupe(project, ['action', 'create', '-f', file]);
  }
  return project;
}

function terminal(project: Repository, words: string, options?: { before: string }): Tmux {
  const made = tmux(project, words, { columns: 130, rows: 36, ...options });
  open.push(made.close);
  return made;
}

describe.skipIf(!hasTmux)('in a real terminal (tmux) a person', () => {
  test('watches a plan, resizes, leaves and comes back, and finds the terminal as it was [R157, R158]', async () => {
    const project = await projectWith(greet);
    const screen = terminal(project, 'ui');
    await screen.shows('nothing needs you', 'n makes one');
    expect([screen.is('alternate_on'), screen.is('mouse_any_flag')]).toEqual(['1', '0']);
    screen.keys('n');
    await screen.shows('local/greet');
    screen.keys('Enter');
    await screen.shows('Goal: Greet');
    screen.keys('Enter');
    await screen.shows('who: the world');
    screen.keys('Enter');
    await screen.shows('strategize complete', 'waits for your go');
    screen.keys('a');
    await screen.shows('execute complete', 'result to look at');
    screen.resize(60, 16);
    await screen.hides('│');
    const small = await screen.shows('Tree of Greet', 'execute complete');
    expect(small.split('\n').every(line => line.length <= 60)).toBe(true);
    // A window that is dragged: nothing of what was drawn on the way stays.
    for (let width = 61; width < 130; width += 4) screen.resize(width, 16 + (width % 9));
    screen.resize(50, 10);
    await screen.shows('it takes 60×16');
    screen.resize(130, 36);
    await screen.shows('│', 'Output');
    screen.keys('5');
    await screen.shows('+hello');
    screen.keys('q');
    await screen.shows('Left; nothing is at work');
    expect([screen.is('alternate_on'), screen.is('cursor_flag')]).toEqual(['0', '1']);
    // What was on the screen before is there again, and what is typed is seen.
    screen.type('echo back again');
    await screen.shows('echo back again');
    screen.keys('C-u');
    const again = terminal(project, 'ui');
    await again.shows('execute complete', 'Greet');
    again.keys('C-c');
    await again.shows('Left;');
  }, 120_000);

  test('resolves a conflict by a hunk, corrects a decision, goes back to a checkpoint', async () => {
    const project = await projectWith(quarrel);
    const screen = terminal(project, 'ui');
    await screen.shows('n makes one');
    screen.type(':new local/quarrel Say it twice');
    screen.keys('Enter');
    await screen.shows('strategize complete', 'waits for your go');
    screen.keys('a');
    await screen.shows('execute conflicted', 'conflict to resolve');
    screen.keys('6');
    await screen.shows('hunk 1', '< left', '> right');
    screen.keys('j', 'j', 't');
    await screen.shows('execute complete', 'result to look at');
    screen.keys('3');
    await screen.shows('subplan parallel spawn');
    screen.keys('G', 'c');
    await screen.shows('What should be different?');
    screen.type('say it softly');
    screen.keys('Enter');
    await screen.shows('Decide "say right" otherwise', 'y yes');
    screen.keys('y');
    // It is merged again, and meets the other once more.
    await screen.shows('execute conflicted', 'conflict to resolve', '◇ subplan parallel spawn');
    screen.keys('8');
    await screen.shows('preExecute');
    screen.keys('G', 'r');
    await screen.shows('Go back to preExecute', 'take back', 'y yes');
    screen.keys('y');
    await screen.shows('execute queued', 'waits for your go');
    screen.keys('q');
    await screen.shows('Left;');
  }, 120_000);

  test('finds all that was printed before in the scroll-back, and no frame of ours; text is selected as everywhere [R158]', async () => {
    const project = await projectWith(greet);
    const screen = terminal(project, 'ui', { before: 'seq 1 200' });
    await screen.shows('nothing needs you', 'n makes one');
    const before = screen.is('history_size');
    expect(Number(before)).toBeGreaterThan(100);
    // The mouse is not ours: the terminal selects.
    for (const flag of ['mouse_any_flag', 'mouse_button_flag', 'mouse_standard_flag', 'mouse_sgr_flag'])
      expect([flag, screen.is(flag)]).toEqual([flag, '0']);
    screen.keys('n');
    await screen.shows('local/greet');
    // Escape and what follows at once is one key to a terminal.
    screen.keys('Escape');
    await screen.shows('1-9 views');
    screen.keys('?');
    await screen.shows('any other key closes');
    screen.keys('Escape');
    await screen.shows('1-9 views');
    expect(screen.is('history_size')).toBe(before);
    screen.keys('q');
    await screen.shows('Left; nothing is at work', '200');
    expect(screen.is('alternate_on')).toBe('0');
    const history = screen.history();
    expect(Array.from({ length: 200 }, (_, at) => at + 1).filter(line => !history.includes(`\n${line}\n`))).toEqual([]);
    expect(history).not.toContain('n makes one');
  }, 120_000);

  test('has the terminal back after SIGTERM', async () => {
    const project = await projectWith();
    const screen = terminal(project, 'ui; echo it ended with $?; stty -a > after', { before: 'stty -a > before' });
    await screen.shows('n makes one');
    const shell = Number(screen.is('pane_pid'));
    const [child] = execFileSync('pgrep', ['-P', String(shell)], { encoding: 'utf8' })
      .trim()
      .split('\n');
    process.kill(Number(child), 'SIGTERM');
    await screen.shows('it ended with 143');
    expect(['alternate_on', 'cursor_flag', 'wrap_flag'].map(screen.is)).toEqual(['0', '1', '1']);
    screen.type('cmp before after && echo the same settings');
    screen.keys('Enter');
    await screen.shows('\nthe same settings');
  }, 120_000);
});

test.skipIf(hasTmux)('the journeys in a real terminal are left out: there is no tmux here', () => {
  expect(hasTmux).toBe(false);
});
