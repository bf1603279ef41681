import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runTroupe } from '../cli/run-command.ts';
import { greetAction } from '../cli/sample-actions.ts';
import { createRepository, type TestRepository } from '../cli/test-repository.ts';
import { hasTmux, shellCommand, type Tmux, tmux } from './tmux.ts';

let project: TestRepository;
let screen: Tmux;

beforeAll(async () => {
  project = createRepository();
  project.write('greet.yaml', greetAction);
  await runTroupe(project, ['plan', 'use', '-f', 'greet.yaml', '--no-start']);
}, 60_000);
afterEach(() => screen.close());
afterAll(async () => {
  await runTroupe(project, ['owner', 'stop']);
  project.remove();
});

/** The UI with a plan that waits for its start, in a shell with these variables. */
async function painted(words: string, env: Record<string, string> = {}): Promise<string> {
  screen = tmux(project, words, { columns: 130, rows: 20, env });
  await screen.waitForText('Greet', '1 plan');
  return screen.painted();
}

/** The numbers of all `SGR` sequences. */
const looks = (text: string) =>
  new Set(text.split('\u001b[').flatMap(piece => /^([\d;]*)m/.exec(piece)?.[1]?.split(';') ?? []));

const [bold, inverse, cyan, trueColor] = ['1', '7', '36', '2'];

describe.skipIf(!hasTmux)('In an ordinary shell the UI', () => {
  test('has colors, bold titles and a highlighted row [R285]', async () => {
    const found = looks(await painted('ui'));
    expect([...found]).toEqual(expect.arrayContaining([bold, inverse, cyan]));
  }, 60_000);

  test('has true colors when the terminal supports them [R285]', async () => {
    const text = await painted('ui --theme light', { COLORTERM: 'truecolor' });
    expect(text).toContain('38;2;17;68;170');
    expect(looks(text)).toContain(trueColor);
  }, 60_000);

  test.each([
    ['with NO_COLOR', 'ui', { NO_COLOR: '1' }],
    ['with --color never', '--color never ui', {}],
  ])(
    '%s has no color, but still a highlighted row [R285]',
    async (_, words, env) => {
      const found = looks(await painted(words, env));
      expect([...found].filter(number => /^([39][0-7]|38|48)$/.test(number))).toEqual([]);
      expect(found).toContain(inverse);
    },
    60_000,
  );

  test('has colors also when CI is set', async () => {
    expect([...looks(await painted('ui', { CI: 'true' }))]).toEqual(expect.arrayContaining([inverse, cyan]));
  }, 60_000);

  test('shows no warning of Node, nor does a command, unless -v asks for it [R291]', async () => {
    const plant = project.write(
      '../plant.cjs',
      "setInterval(() => process.emitWarning('planted ' + Date.now()), 100).unref();",
    );
    const env = { NODE_OPTIONS: `--require=${plant}` };
    screen = tmux(project, 'ui', { columns: 130, rows: 20, env });
    await screen.waitForText('Greet', '1 plan');
    screen.keys('q');
    expect(await screen.waitForText('Left;')).not.toContain('planted');
    screen.type(
      `clear; ${shellCommand('-v plan list')} 2>&1 | grep -c planted; ${shellCommand('plan list')} 2>&1 | grep -c planted`,
    );
    screen.keys('Enter');
    expect(await screen.waitForText('\n0')).toMatch(/^[1-9]\d*\n0/);
  }, 60_000);
});
