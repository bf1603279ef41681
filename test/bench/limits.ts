/**
 * What the machine gives at most: raw puts of the payload, and the ceiling, a bare loop of one XState transition and one
 * LevelDB write of the machine's state, awaited, with no runtime around it.
 */
import { Level } from 'level';
import { assign, createActor, setup } from 'xstate';
import { type Case, median, rate, timed } from './measure.ts';

const writes = 1000;

const counter = setup({
  types: { context: {} as { n: number }, events: {} as { type: 'next' } },
  actions: { count: assign({ n: ({ context }) => context.n + 1 }) },
}).createMachine({ context: { n: 0 }, initial: 'open', states: { open: { on: { next: { actions: 'count' } } } } });

export const limits: Case = async folder => {
  const figures: Awaited<ReturnType<Case>> = [];
  for (const [name, sync] of [
    ['process', false],
    ['power', true],
  ] as const) {
    const payload = 'x'.repeat(200);
    const raw = await median(5, () => loop(folder(), sync, at => [`k${at}`, payload]));
    const ceiling = await median(5, async () => {
      const actor = createActor(counter).start();
      return loop(folder(), sync, () => {
        actor.send({ type: 'next' });
        return ['state', JSON.stringify(actor.getPersistedSnapshot())];
      });
    });
    figures.push({ name: `raw.put.${name}`, value: rate(writes, raw), unit: 'puts/s', n: writes });
    figures.push({ name: `ceiling.${name}`, value: rate(writes, ceiling), unit: 'steps/s', n: writes });
  }
  return figures;
};

async function loop(path: string, sync: boolean, row: (at: number) => [string, string]): Promise<number> {
  const database = new Level<string, string>(path);
  await database.open();
  const ms = await timed(async () => {
    for (let at = 0; at < writes; at += 1) {
      const [key, value] = row(at);
      await database.batch([{ type: 'put', key, value }], { sync } as object);
    }
  });
  await database.close();
  return ms;
}
