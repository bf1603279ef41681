/** `troupe run` in a real terminal: what it asks, and when it ends. */
import { afterEach, describe, expect, test } from 'vitest';
import { hasTmux, type Tmux, tmux } from '../tui/tmux.ts';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

const open: (() => unknown)[] = [];
afterEach(() => {
  for (const close of open.splice(0).reverse()) close();
});

/** A plan with this many subplans; the first ones write a file, which needs approval, the others work for a while. */
function crowd({ asking, others }: { asking: number; others: number }): string {
  const subplan = (name: string, work: string) =>
    `    - subplan: { goal: ${name}, parallel: true, resourceScopes: [${name}.txt], executionActor: ${work} }\n`;
  const asks = (index: number) =>
    subplan(`ask${index}`, `{ kind: steps, steps: [{ write: { path: ask${index}.txt, content: one } }] }`);
  const works = (index: number) =>
    subplan(`work${index}`, `{ kind: command, argv: [sh, -c, "sleep 0.2; echo done > work${index}.txt"] }`);
  return [
    'name: local/crowd\ndescription: Do it in parts\napprovals: { execute: { writeFiles: ask } }\n',
    'strategyActor:\n  kind: steps\n  steps:\n',
    ...Array.from({ length: asking }, (_, index) => asks(index)),
    ...Array.from({ length: others }, (_, index) => works(index)),
    'executionActor: { kind: steps, steps: [] }\nsubplans: { maxParallel: 4 }\n',
  ].join('');
}

/** Works until its file is there. */
const patient = `name: local/patient
description: Wait for a sign
strategyActor: { kind: steps, steps: [] }
executionActor: { kind: command, argv: [sh, -c, "until test -e $HOME/sign; do echo waiting; sleep 0.1; done; echo done > done.txt"] }
`;

function run(action: string, columns = 100): { project: TestRepository; screen: Tmux } {
  const project = createRepository();
  open.push(() => project.remove());
  project.write('do.yaml', action);
  const line = 'run -f do.yaml; echo it ended with $?; stty -a > after';
  const screen = tmux(project, line, { columns, rows: 24, before: 'stty -a > before; clear' });
  open.push(screen.close);
  return { project, screen };
}

const prompt = 'Allow it? [y]es, once · [n]o · [a]lways builtin/write in this plan:';
const subplansDone = (screen: string) => Number(/(\d+) of 40 subplans/.exec(screen)?.[1] ?? 0);
const last = (screen: string) => screen.split('\n').at(-1) ?? '';

describe.skipIf(!hasTmux)('troupe run in a real terminal', () => {
  test('keeps the question of one of 40 subplans at the bottom while the others work, and ends with the plan [R286, R287]', async () => {
    const { screen } = run(crowd({ asking: 1, others: 39 }));
    await screen.waitForText('Allow it?');
    for (const least of [10, 20, 30]) {
      expect(last(await screen.waitForScreen(shown => subplansDone(shown) >= least))).toBe(prompt);
    }
    const late = await screen.waitForText('39 of 40 subplans done');
    expect(late).toMatch(
      /execute .* ask0 — waits for your answer: write ask0\.txt\n[\s\S]*\? "ask0" \(subplan \w{8}\) asks to\n {4}write ask0\.txt\n.*\n {2}in \/.*\nAllow it\?/,
    );
    expect(last(late)).toBe(prompt);
    screen.type('y');
    screen.keys('Enter');
    expect(await screen.waitForText('it ended with 0')).toContain('40/40 subplans');
    screen.type('clear; cmp before after && echo the same "set"tings');
    screen.keys('Enter');
    await screen.waitForText('the same settings');
  }, 300_000);

  test('asks one of two questions at a time [R286]', async () => {
    const { screen } = run(crowd({ asking: 2, others: 0 }));
    const first = await screen.waitForText('1 more question waits behind this one');
    const [, name = ''] = /\? "(ask\d)" \(/.exec(first) ?? [];
    expect(first.match(/Allow it\?/g)).toHaveLength(1);
    screen.type('y');
    screen.keys('Enter');
    const second = await screen.waitForText(`? "ask${name === 'ask0' ? 1 : 0}" (`);
    expect(last(second)).toBe(prompt);
    screen.type('n');
    screen.keys('Enter');
    await screen.waitForText('it ended with');
  }, 120_000);

  test('repeats the question that Ctrl-C interrupted, once the user continues [R286]', async () => {
    const { screen } = run(crowd({ asking: 1, others: 0 }));
    await screen.waitForText('Allow it?');
    screen.keys('C-c');
    const asked = await screen.waitForText('[g]o ahead, [p]ause, or [c]ancel the plan?');
    expect(asked).not.toContain('Allow it?');
    expect(asked).toContain('1 more question waits behind this one');
    screen.type('g');
    screen.keys('Enter');
    await screen.waitForText('Continuing', 'Allow it?');
    screen.type('a');
    screen.keys('Enter');
    await screen.waitForText('it ended with 0');
  }, 120_000);

  test('removes a question that another client answered, and ends with the plan [R287]', async () => {
    const { project, screen } = run(crowd({ asking: 1, others: 0 }));
    await screen.waitForText('Allow it?');
    screen.type('I am thin');
    await screen.waitForText('Allow it? [y]es, once · [n]o · [a]lways builtin/write in this plan: I am thin');
    await runTroupeJson(project, ['plan', 'approve']);
    const end = await screen.waitForText('it ended with 0', 'write ask0.txt: approved elsewhere');
    expect(end).not.toContain('Allow it?');
    expect(end).not.toContain('I am thin');
  }, 120_000);

  test('removes the question of Ctrl-C when the plan ends before it is answered [R287]', async () => {
    const { project, screen } = run(patient);
    await screen.waitForScreen(shown => /execute \d+ s/.test(shown));
    screen.keys('C-c');
    await screen.waitForText('[c]ancel the plan?');
    project.write('../sign', '');
    const end = await screen.waitForText('it ended with 0', 'Nothing is at work any more');
    expect(end).not.toContain('[c]ancel the plan?');
  }, 120_000);

  test('ends at the second Ctrl-C, and restores the terminal', async () => {
    const { project, screen } = run(patient);
    await screen.waitForScreen(shown => /execute \d+ s/.test(shown));
    screen.keys('C-c');
    await screen.waitForText('[c]ancel the plan?');
    screen.keys('C-c');
    await screen.waitForText('it ended with 130');
    screen.type('clear; cmp before after && echo the same "set"tings');
    screen.keys('Enter');
    await screen.waitForText('the same settings');
    await runTroupe(project, ['plan', 'cancel']);
  }, 120_000);
});
