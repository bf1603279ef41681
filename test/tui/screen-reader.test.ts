import { expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clocks/system-clock.ts';
import { keyBindings } from '../../src/tui/keys.ts';
import { createTerminalScreen } from '../../src/tui/terminal-screen.ts';
import { loadUi } from '../../src/tui.ts';
import { createTestProject } from '../runtime/test-project.ts';
import { fakeScreen } from './fake-screen.ts';
import { createScriptedContext } from './scripted-context.ts';

test('for a screen reader the screen is one pane, with its name, its position, and the selection', async () => {
  const testProject = await createTestProject();
  for (const name of ['one', 'two']) {
    await testProject.troupe.actions.create({ name, description: `Do ${name}`, executionActor: 'player' });
    await testProject.troupe.use({ action: name, start: false });
  }
  const { services } = await createScriptedContext(testProject.troupe);
  const { startUi } = await loadUi();
  const fake = fakeScreen({ columns: 130, rows: 30 });
  const ends = new AbortController();
  const done = startUi({
    ...{
      troupe: testProject.troupe,
      screen: fake.screen,
      terminal: createTerminalScreen(fake.screen.stdout),
      services: () => services,
    },
    ...{ clock: systemClock(), keys: keyBindings, theme: 'plain', screenReader: true, signal: ends.signal },
  });
  try {
    await fake.wrote('Plans: row 1 of 2');
    fake.stdin.write('j');
    await fake.wrote('Plans: row 2 of 2');
    const output = fake.written();
    const last = output.slice(output.lastIndexOf('Plans: row 2 of 2'));
    expect(last).toMatch(/selected: .*Do one/);
    expect(last).not.toMatch(/selected: .*Do two/);
    expect(last).toContain('About it:');
    // Lines of two adjacent panes would be read across both.
    expect(output).not.toContain('│');
    expect(output).not.toContain('Output');
  } finally {
    ends.abort();
    await done;
  }
});
