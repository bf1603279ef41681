/** Messages to passivated children: whichever way a machine sends them, they arrive, and none ends the system. */
import { describe, expect, test } from 'vitest';
import { type AnyActorRef, assign, enqueueActions, sendTo, setup } from 'xstate';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import { openDurable } from '../../src/durable/system.ts';
import type { Operation } from '../../src/ports/store.ts';
import { crashableStore } from './shop-machine.ts';

const letter = (text: string) => () => ({ type: 'LETTER' as const, text });

const box = setup({
  types: {} as {
    context: { letters: string[] };
    events: { type: 'LETTER'; text: string } | { type: 'WRITE'; to: string };
  },
}).createMachine({
  id: 'box',
  context: { letters: [] },
  on: {
    LETTER: { actions: assign({ letters: ({ context, event }) => [...context.letters, event.text] }) },
    WRITE: { actions: sendTo(({ system, event }) => system.get(event.to), letter('from a sibling')) },
  },
});

type OfficeEvent = { type: 'BY_ID' | 'BY_SYSTEM_ID' | 'BY_REFERENCE' | 'LATER' | 'COUNT' | 'TO_NOWHERE' };

const office = setup({
  types: {} as { context: { ref: AnyActorRef | undefined; counted: number }; events: OfficeEvent },
  actors: { box },
}).createMachine({
  id: 'office',
  context: { ref: undefined, counted: 0 },
  entry: [
    enqueueActions(({ enqueue }) => enqueue.spawnChild('box', { id: 'b', systemId: 'box-b' })),
    assign({ ref: ({ spawn }) => spawn('box', { id: 'a', systemId: 'box-a' }) }),
  ],
  on: {
    BY_ID: {
      actions: [assign({ counted: ({ context }) => context.counted + 1 }), sendTo('a', letter('by id'))],
    },
    BY_SYSTEM_ID: { actions: sendTo(({ system }) => system.get('box-a'), letter('by systemId')) },
    BY_REFERENCE: {
      actions: sendTo(({ context }) => context.ref as AnyActorRef, letter('by reference')),
    },
    LATER: {
      actions: sendTo(({ system }) => system.get('box-a'), letter('later'), { delay: 1_000 }),
    },
    COUNT: { actions: assign({ counted: ({ context }) => context.counted + 1 }) },
    TO_NOWHERE: { actions: sendTo('nowhere', letter('lost')) },
  },
});

async function world() {
  const rows = crashableStore();
  const clock = manualClock(1_000);
  const batches: Operation[][] = [];
  const fatal: unknown[] = [];
  const open = async () => {
    const store = await rows.open();
    const batch = (operations: readonly Operation[]) => {
      batches.push([...operations]);
      return store.batch(operations);
    };
    return openDurable({ store: { ...store, batch }, machine: office, clock, onFatal: error => fatal.push(error) });
  };
  const system = await open();
  await system.passivate('a');
  return { rows, clock, open, system, batches, fatal };
}

type Office = Awaited<ReturnType<typeof world>>['system'];
const letters = (system: Office, name = 'box-a'): string[] => system.get(name).getSnapshot().context.letters;
const isAwake = (system: Office) => expect.poll(() => system.passivated()).toEqual([]);

describe('[R253] a message to a passivated child', () => {
  test.each([
    ['BY_ID', 'by id'],
    ['BY_SYSTEM_ID', 'by systemId'],
    ['BY_REFERENCE', 'by reference'],
  ] as const)('sent %s wakes it', async (type, text) => {
    const { system, fatal } = await world();
    system.root.send({ type });
    system.root.send({ type });
    await isAwake(system);
    expect(letters(system)).toEqual([text, text]);
    // The same way to an active child, also to one that slept before.
    system.root.send({ type });
    expect(letters(system)).toEqual([text, text, text]);
    expect(fatal).toEqual([]);
    await system.close();
  });

  test('of a sibling wakes it', async () => {
    const { system } = await world();
    system.get('box-b').send({ type: 'WRITE', to: 'box-a' });
    await isAwake(system);
    expect(letters(system)).toEqual(['from a sibling']);
    await system.close();
  });

  test('that is delayed wakes it, whether it sleeps when it is sent or when it is due', async () => {
    const { system, clock, open } = await world();
    system.root.send({ type: 'LATER' });
    await system.barrier();
    await system.close();
    const again = await open();
    clock.advance(1_000);
    await isAwake(again);
    expect(letters(again)).toEqual(['later']);
    again.root.send({ type: 'LATER' });
    await again.passivate('a');
    clock.advance(1_000);
    await isAwake(again);
    expect(letters(again)).toEqual(['later', 'later']);
    await again.close();
  });

  test('is in the batch of its sender, and a crash before it arrives loses nothing and doubles nothing', async () => {
    const { system, batches, rows, open } = await world();
    const before = batches.length;
    system.root.send({ type: 'BY_ID' });
    await system.barrier();
    const own = batches[before]?.map(({ key }) => key) ?? [];
    expect(own.filter(key => key.startsWith('W/'))).toHaveLength(1);
    expect(own.some(key => key.startsWith('a/'))).toBe(true);
    const queued = batches[before]?.find(({ key }) => key.startsWith('W/'));
    await isAwake(system);
    await system.barrier();
    expect(await rows.rows('W/')).toEqual([]);
    await system.passivate('a');
    await system.close();
    // As a crash leaves it: the message is on disk, and its receiver sleeps.
    await (await rows.open()).batch(queued === undefined ? [] : [queued]);
    const again = await open();
    await isAwake(again);
    await again.barrier();
    expect(letters(again)).toEqual(['by id', 'by id']);
    await again.close();
    const last = await open();
    expect(letters(last)).toEqual(['by id', 'by id']);
    await last.close();
  });

  test('does not make a child out of one that never was', async () => {
    const { system, fatal } = await world();
    system.root.send({ type: 'TO_NOWHERE' });
    await expect(system.barrier()).rejects.toThrow('Unable to send event');
    expect(fatal).toHaveLength(1);
  });
});

test('[R254] a name is found without looking at the others that sleep', async () => {
  const { system } = await world();
  await system.passivate('box-b');
  await system.activate('box-b');
  expect(system.passivated()).toEqual(['a']);
  await system.activate('box-a');
  expect(Object.keys(system.root.getSnapshot().children).sort()).toEqual(['a', 'b']);
  await system.close();
});
