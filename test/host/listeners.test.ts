/** Node warns at the eleventh listener of one signal: here every signal has more than that. */
import { expect, test } from 'vitest';
import { collectListenerWarnings } from '../listener-warnings.ts';
import { createClientFixture, testAction } from './client-fixture.ts';

const many = Array.from({ length: 12 }, (_, index) => index);

test('an owner with many plans, calls and clients adds few listeners to one signal [R328]', async () => {
  const warnings = collectListenerWarnings();
  await using clients = createClientFixture(task =>
    Promise.all(many.map(index => task.call('write', { path: `${index}.txt`, content: '' }))),
  );
  const { troupe } = await clients.openClient();
  await troupe.actions.create(testAction);
  for (const _ of many) await troupe.use({ action: 'local/play', start: false });
  const plan = await troupe.use({ action: 'local/play' });
  const followed = [];
  for (const _ of many) {
    const client = (await clients.openClient()).troupe;
    followed.push((await client.get(plan.id)).waitUntilIdle(), firstEvent(client.events()));
  }
  await plan.execute();
  expect(await plan.waitUntilIdle()).toMatchObject({ phase: 'execute', state: 'complete' });
  await Promise.all(followed);
  expect(await warnings.stop()).toEqual([]);
}, 60_000);

async function firstEvent(events: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of events) return;
}
