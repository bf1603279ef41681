/**
 * W1: 1,000 durable steps one after the other. A step is a command with a key of its own: recognised if it was applied
 * before, sent to a machine, its transition committed, acknowledged; only then comes the next.
 *
 * The limits, measured in turn with it on the same disk: `raw.put` is a LevelDB put of what a step writes and nothing else;
 * `ceiling` is a bare loop of XState transition + one LevelDB write of the machine's persisted snapshot, without identity,
 * dedup, timers, effects or counters. The figures are medians over the rounds.
 */
import { Level } from 'level';
import { assign, createActor, setup } from 'xstate';
import { systemClock } from '../../../src/adapters/clocks/system-clock.ts';
import { levelStore } from '../../../src/adapters/stores/level-store.ts';
import { openDurable } from '../../../src/durable/system.ts';
import type { Durability } from '../../../src/ports/store.ts';
import { type BenchCase, type BenchContext, durabilities, measureMs, median } from '../bench-case.ts';

const machine = setup({
  types: {} as { context: { step: number; note: string }; events: { type: 'STEP'; step: number } },
}).createMachine({
  id: 'walker',
  context: { step: 0, note: 'one step after the other' },
  initial: 'odd',
  states: {
    odd: { on: { STEP: { target: 'even', actions: assign({ step: ({ event }) => event.step }) } } },
    even: { on: { STEP: { target: 'odd', actions: assign({ step: ({ event }) => event.step }) } } },
  },
});

type Walk = (steps: number) => Promise<void>;

async function durable(
  context: BenchContext,
  durability: Durability,
): Promise<{ walk: Walk; close: () => Promise<void> }> {
  const store = levelStore(context.directory(), { durability });
  const system = await openDurable({ store, machine, clock: systemClock() });
  let step = 0;
  const walk: Walk = async steps => {
    for (let at = 0; at < steps; at++) {
      step++;
      await system.command(`step ${step}`, root => root.send({ type: 'STEP', step }));
    }
  };
  return { walk, close: () => system.close() };
}

async function bare(
  context: BenchContext,
  sync: boolean,
): Promise<{ ceiling: Walk; raw: Walk; close: () => Promise<void> }> {
  const db = new Level<string, unknown>(context.directory(), { valueEncoding: 'json' });
  await db.open();
  const actor = createActor(machine).start();
  let step = 0;
  const ceiling: Walk = async steps => {
    for (let at = 0; at < steps; at++) {
      step++;
      actor.send({ type: 'STEP', step });
      await db.put('a/00000001', actor.getPersistedSnapshot(), { sync });
    }
  };
  const payload = { value: 'odd', context: { step: 1, note: 'one step after the other' } };
  const raw: Walk = async steps => {
    for (let at = 0; at < steps; at++) await db.put('a/00000001', payload, { sync });
  };
  return { ceiling, raw, close: () => db.close() };
}

export const bench: BenchCase = {
  async run(context) {
    const rows = [];
    const steps = context.size(1_000, 20);
    const rounds = context.size(9, 1);
    for (const durability of durabilities) {
      const names = { w1: `w1.${durability}`, ceiling: `ceiling.${durability}`, raw: `raw.put.${durability}` };
      if (!context.includes(...Object.values(names))) continue;
      const { walk, close } = await durable(context, durability);
      const limits = await bare(context, durability === 'power');
      const took = { w1: [] as number[], ceiling: [] as number[], raw: [] as number[] };
      for (let round = -1; round < rounds; round++) {
        const [w1, ceiling, raw] = [
          await measureMs(() => walk(steps)),
          await measureMs(() => limits.ceiling(steps)),
          await measureMs(() => limits.raw(steps)),
        ];
        if (round < 0) continue;
        took.w1.push(w1);
        took.ceiling.push(ceiling);
        took.raw.push(raw);
      }
      await close();
      await limits.close();
      const rate = (of: keyof typeof took) => (steps / median(took[of])) * 1000;
      rows.push({ name: names.w1, value: rate('w1'), unit: 'steps/s', n: steps });
      rows.push({ name: names.ceiling, value: rate('ceiling'), unit: 'steps/s', n: steps });
      rows.push({ name: names.raw, value: rate('raw'), unit: 'puts/s', n: steps });
    }
    return rows;
  },
};
