import { expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { loadUi } from '../../src/cli/load-ui.ts';
import { bindings } from '../../src/tui/keys.ts';
import { stageOn } from '../../src/tui/screen.ts';
import { playhouse } from '../runtime/playhouse.ts';
import { fakeScreen } from './fake-screen.ts';
import { handOn } from './hand.ts';

test('to a screen reader the screen is one pane, which says its name, its place, and what is selected', async () => {
  const house = await playhouse();
  for (const name of ['one', 'two']) {
    await house.troupe.actions.create({ name, description: `Do ${name}`, executionActor: 'player' });
    await house.troupe.use({ action: name, start: false });
  }
  const { outside } = await handOn(house.troupe);
  const { startUi } = await loadUi();
  const fake = fakeScreen({ columns: 130, rows: 30 });
  const ends = new AbortController();
  const done = startUi({
    ...{ troupe: house.troupe, screen: fake.screen, stage: stageOn(fake.screen.stdout), outside: () => outside },
    ...{ clock: systemClock(), keys: bindings, theme: 'plain', spoken: true, signal: ends.signal },
  });
  try {
    await fake.wrote('Plans: row 1 of 2');
    fake.stdin.write('j');
    await fake.wrote('Plans: row 2 of 2');
    const spoken = fake.written();
    const last = spoken.slice(spoken.lastIndexOf('Plans: row 2 of 2'));
    expect(last).toMatch(/selected: .*Do one/);
    expect(last).not.toMatch(/selected: .*Do two/);
    expect(last).toContain('About it:');
    // Of two panes beside each other lines would be read across.
    expect(spoken).not.toContain('│');
    expect(spoken).not.toContain('Output');
  } finally {
    ends.abort();
    await done;
  }
});
