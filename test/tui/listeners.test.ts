/** Node warns at the eleventh listener of one signal: the UI shows more plans than that. */
import { expect, test } from 'vitest';
import { createClientFixture, testAction } from '../host/client-fixture.ts';
import { collectListenerWarnings } from '../listener-warnings.ts';
import { keyCodes, openTestUi } from './test-ui.tsx';

test('the UI on many plans of another process adds few listeners to one signal [R328]', async () => {
  const warnings = collectListenerWarnings();
  await using clients = createClientFixture();
  const owner = await clients.openClient();
  const { troupe } = await clients.openClient();
  await owner.troupe.actions.create(testAction);
  for (let index = 0; index < 12; index++) await owner.troupe.use({ action: 'local/play', start: false });
  await using ui = openTestUi(troupe);
  await ui.waitForText('12 plans');
  // The output of each plan is followed while it is shown.
  for (let index = 0; index < 12; index++) {
    await ui.type(keyCodes.enter, '4');
    await ui.waitForText('Output');
    await ui.type('1', keyCodes.down);
  }
  expect(await warnings.stop()).toEqual([]);
}, 60_000);
