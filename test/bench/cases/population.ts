/**
 * What many live actors cost: bytes written for one transition among 10 and among 10,000, the time to restore 10,000, the
 * heap one idle actor takes, and one that sleeps. The actors sit in a tree, no parent with more than 40 children.
 */
import { assign, enqueueActions, sendTo, setup } from 'xstate';
import { levelStore } from '../../../src/adapters/level-store.ts';
import { systemClock } from '../../../src/adapters/system-clock.ts';
import type { DurableSystem } from '../../../src/durable/api.ts';
import { openDurable } from '../../../src/durable/system.ts';
import type { StoreOpener } from '../../../src/ports/store.ts';
import { type Bench, median, millisecondsOf, type Row, type World } from '../case.ts';

const transitions = 1_000;
const sleepers = 40;

const leaf = setup({
  types: {} as { context: { goal: string; count: number }; events: { type: 'COUNT' } },
}).createMachine({
  id: 'leaf',
  context: { goal: 'write an inventory of one folder and fill in its part', count: 0 },
  initial: 'waiting',
  states: { waiting: { on: { COUNT: { actions: assign({ count: ({ context }) => context.count + 1 }) } } } },
});

interface Spread {
  name: string;
  /** Children on each level below. */
  widths: number[];
}

const spread = enqueueActions<Spread, never, undefined, never, never, never, never, never, never>(() => {});

const branch = (below: typeof leaf | ReturnType<typeof middle>) =>
  setup({ types: {} as { context: Spread; input: Spread }, actors: { below } });

function middle() {
  return setup({ types: {} as { context: Spread; input: Spread }, actors: { leaf } }).createMachine({
    context: ({ input }) => input,
    entry: enqueueActions(({ enqueue, context }) => {
      for (let at = 0; at < (context.widths[0] ?? 0); at++) {
        const id = `${context.name}.${at}`;
        enqueue.spawnChild('leaf', { id, systemId: id });
      }
    }),
  });
}

export { branch, spread, sendTo, levelStore, systemClock, openDurable, median, millisecondsOf, transitions, sleepers };
export type { DurableSystem, StoreOpener, Row, World, Bench };
