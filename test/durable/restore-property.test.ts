/**
 * Random machines, random events, a snapshot somewhere in between: after restoring it the system is what it was, it stays
 * that when the process dies at the write, and it goes on as one that was never taken back.
 */
import { expect, test } from 'vitest';
import { type ManualClock, manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import type { DurableSystem } from '../../src/durable/api.ts';
import type { ActorSnapshot, SystemSnapshot } from '../../src/durable/snapshot.ts';
import { openDurable } from '../../src/durable/system.ts';
import type { Store } from '../../src/ports/store.ts';
import { seededRandom, testSeed } from '../seed.ts';
import { randomEvents, randomMachine } from './random-machine.ts';
import { crashableStore } from './shop-machine.ts';

const seed = testSeed('restore');
const worlds = 60;

/** A process that can die with the batch it writes next: `lost` with it, or `kept` when the batch arrived. */
function mortal(store: Store): Store & { fate: 'lives' | 'lost' | 'kept'; died: Promise<void> } {
  let die = () => {};
  const died = new Promise<void>(resolve => {
    die = resolve;
  });
  return {
    fate: 'lives',
    died,
    get: key => store.get(key),
    entries: (prefix, options) => store.entries(prefix, options),
    close: () => store.close(),
    async batch(operations) {
      if (this.fate !== 'lost') await store.batch(operations);
      if (this.fate === 'lives') return;
      this.fate = 'lost';
      die();
      await new Promise(() => {});
    },
  };
}

/** Once every effect has recorded its step, nothing moves by itself. */
async function quietSnapshot(system: DurableSystem): Promise<SystemSnapshot> {
  const isQuiet = ({ src, state, steps, children = [] }: ActorSnapshot): boolean => {
    const isWaiting = src === 'work' && 'snapshot' in state && state.snapshot.status === 'active';
    return (!isWaiting || steps !== undefined) && children.every(isQuiet);
  };
  for (;;) {
    const snapshot = await system.snapshot();
    if (isQuiet(snapshot.actor)) return JSON.parse(JSON.stringify(snapshot)) as SystemSnapshot;
    await new Promise(resolve => setImmediate(resolve));
  }
}

/** What must be equal: everything, or everything but the identities. */
function comparable(actor: ActorSnapshot, withUids = true): unknown {
  const { uid, children = [], timers = [], steps, ...rest } = actor;
  return {
    ...rest,
    ...(withUids ? { uid, steps } : {}),
    timers: timers.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    children: children.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(child => comparable(child, withUids)),
  };
}

const countActors = ({ children = [] }: ActorSnapshot): number =>
  1 + children.reduce((sum, child) => sum + countActors(child), 0);

interface Move {
  type: string;
  waitMs: number;
}

async function play(system: DurableSystem, clock: ManualClock, moves: readonly Move[]): Promise<void> {
  for (const { type, waitMs } of moves) {
    system.root.send({ type });
    clock.advance(waitMs);
    if (waitMs > 100) await system.barrier();
  }
}

test('[R213] [R214] random machines are after restoring what they were at the snapshot, alive or dead', async () => {
  const seen = { actors: 0, timers: 0, restoredChildren: 0, kept: 0, lost: 0 };
  for (let world = 0; world < worlds; world++) {
    const random = seededRandom(seed + world);
    const machine = randomMachine(random, 2);
    const moves = (): Move[] =>
      Array.from({ length: 4 + Math.floor(random() * 20) }, () => ({
        type: randomEvents[Math.floor(random() * randomEvents.length)] as string,
        waitMs: Math.floor(random() * 200),
      }));
    const clock = manualClock(1_000);
    const rows = crashableStore();
    const open = async () => {
      const store = mortal(await rows.open());
      return { store, system: (await openDurable({ store, machine, clock })) as unknown as DurableSystem };
    };
    const { store, system } = await open();
    const where = `world ${world} of seed ${seed}`;
    await play(system, clock, moves());
    const snapshot = await quietSnapshot(system);
    await play(system, clock, moves());
    const before = await quietSnapshot(system);

    const top = snapshot.actor.children?.find(({ src }) => src === 'child');
    const isThere = before.actor.children?.some(({ uid }) => uid === top?.uid) === true;
    const target = top !== undefined && isThere && random() < 0.5 ? top : snapshot.actor;
    const inBefore = before.actor.children?.find(({ uid }) => uid === target.uid) ?? before.actor;
    const expected = comparable(target);
    if (target === top) seen.restoredChildren++;

    store.fate = (['lives', 'lost', 'kept'] as const)[Math.floor(random() * 3)] ?? 'lives';
    const fate = store.fate;
    const restoring = system.restore(target.id, { ...snapshot, actor: target });
    if (fate === 'lives') {
      await restoring;
      const restored = await quietSnapshot(system);
      const found = restored.actor.children?.find(({ uid }) => uid === target.uid);
      expect(comparable(target === top ? (found as ActorSnapshot) : restored.actor), where).toEqual(expected);
      await system.close();
    } else {
      await store.died;
      seen[fate]++;
    }

    const next = await open();
    const found = await quietSnapshot(next.system);
    const actor = found.actor.children?.find(({ uid }) => uid === target.uid) ?? found.actor;
    // Time goes on between the processes for neither: the clock stands.
    expect(comparable(actor), `${where}, ${fate}`).toEqual(fate === 'lost' ? comparable(inBefore) : expected);

    if (target === snapshot.actor && fate !== 'lost') {
      const copyClock = manualClock(77_000);
      const fresh = crashableStore();
      const copy = (await openDurable({
        ...{ store: await fresh.open(), machine, clock: copyClock, snapshot },
      })) as unknown as DurableSystem;
      const more = moves();
      await play(next.system, clock, more);
      await play(copy, copyClock, more);
      const [one, other] = [await quietSnapshot(next.system), await quietSnapshot(copy)];
      expect(comparable(one.actor, false), `${where}, going on`).toEqual(comparable(other.actor, false));
      await copy.close();
    }
    seen.actors += countActors(snapshot.actor);
    seen.timers += JSON.stringify(snapshot).split('remainingMs').length - 1;
    await next.system.close();
  }
  console.log(JSON.stringify(seen));
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(5);
}, 60_000);
