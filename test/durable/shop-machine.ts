/** Machines and stores the tests of the durable runtime share: a shop with counters that take commands. */
import {
  type AnyActorRef,
  type AnyStateMachine,
  assign,
  emit,
  enqueueActions,
  raise,
  sendTo,
  setup,
  stopChild,
} from 'xstate';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import type { DurableOptions, DurableSystem } from '../../src/durable/api.ts';
import { type EffectContext, effect } from '../../src/durable/effect.ts';
import { openDurable } from '../../src/durable/system.ts';
import type { Operation, Store, StoreOpener } from '../../src/ports/store.ts';

export type CounterEvent =
  | { type: 'ADD'; amount: number }
  | { type: 'SAY'; text: string }
  | { type: 'THROW' }
  | { type: 'LATER'; delayMs: number; id?: string }
  | { type: 'LATER_TO'; target: string; delayMs: number }
  | { type: 'WORK'; job: string }
  | { type: 'STOP_WORK' }
  | { type: 'NOTED'; what: string }
  | { type: 'NOTHING' };

export type Job = (context: EffectContext<{ job: string }>) => Promise<string>;

/** A counter that can wait, fail, speak and do one piece of work at a time. */
export const createCounterMachine = (job: Job) =>
  setup({
    types: {} as {
      context: { total: number; answers: string[]; notes: string[] };
      input: { start?: number };
      events: CounterEvent;
      emitted: { type: 'said'; text: string };
    },
    actors: { work: effect<{ job: string }, string>(job) },
    actions: {
      fail: () => {
        throw new Error('thrown on request');
      },
    },
  }).createMachine({
    id: 'counter',
    version: '1',
    context: ({ input }) => ({ total: input?.start ?? 0, answers: [], notes: [] }),
    initial: 'idle',
    on: {
      ADD: { actions: assign({ total: ({ context, event }) => context.total + event.amount }) },
      SAY: { actions: emit(({ event }) => ({ type: 'said' as const, text: event.text })) },
      THROW: { actions: [emit({ type: 'said', text: 'never' }), 'fail'] },
      LATER: {
        actions: enqueueActions(({ enqueue, event }) => {
          enqueue.raise({ type: 'ADD', amount: 1 }, { delay: event.delayMs, ...(event.id ? { id: event.id } : {}) });
        }),
      },
      LATER_TO: {
        actions: sendTo(
          ({ system, event }) => system.get(event.target),
          () => ({ type: 'ADD', amount: 10 }),
          { delay: ({ event }) => event.delayMs },
        ),
      },
      NOTED: { actions: assign({ notes: ({ context, event }) => [...context.notes, event.what] }) },
    },
    states: {
      idle: { on: { WORK: 'working' } },
      working: {
        invoke: {
          id: 'work',
          src: 'work',
          input: ({ event }) => ({ job: event.type === 'WORK' ? event.job : '' }),
          onDone: {
            target: 'idle',
            actions: [
              assign({ answers: ({ context, event }) => [...context.answers, event.output] }),
              raise({ type: 'NOTHING' }),
            ],
          },
          onError: {
            target: 'idle',
            actions: assign({
              answers: ({ context, event }) => [...context.answers, `failed: ${(event.error as Error).message}`],
            }),
          },
        },
        on: { STOP_WORK: 'idle' },
      },
    },
  });

export type ShopEvent = { type: 'OPEN'; id: string; start?: number } | { type: 'SHUT'; id: string } | { type: 'DIE' };

/** A root that opens and shuts counters, and lives on when one of them fails. */
export const createShopMachine = (job: Job = async ({ input }) => `done ${input.job}`) =>
  setup({
    types: {} as { context: { opened: number }; events: ShopEvent; input: { opened?: number } },
    actors: { counter: createCounterMachine(job) },
    actions: {
      die: () => {
        throw new Error('the shop burnt down');
      },
    },
  }).createMachine({
    id: 'shop',
    context: ({ input }) => ({ opened: input?.opened ?? 0 }),
    on: {
      OPEN: {
        actions: [
          assign({ opened: ({ context }) => context.opened + 1 }),
          enqueueActions(({ enqueue, event }) => {
            const input = event.start === undefined ? {} : { start: event.start };
            enqueue.spawnChild('counter', { id: event.id, systemId: event.id, input });
          }),
        ],
      },
      SHUT: { actions: stopChild(({ event }) => event.id) },
      DIE: { actions: 'die' },
      'xstate.error.actor.*': {},
    },
  });

type Shop = ReturnType<typeof createShopMachine>;

/** One store of rows that any number of (dead) systems had open. */
export function crashableStore(): { open(): Promise<Store>; rows(prefix?: string): Promise<[string, unknown][]> } {
  const opener = memoryStore();
  let shared: Promise<Store> | undefined;
  return {
    async open() {
      shared ??= opener();
      const inner = await shared;
      let dead = false;
      return {
        get: key => inner.get(key),
        entries: (prefix, options) => inner.entries(prefix, options),
        batch: operations => (dead ? new Promise(() => {}) : inner.batch(operations)),
        close: async () => {
          dead = true;
        },
      };
    },
    async rows(prefix = '') {
      const rows: [string, unknown][] = [];
      for await (const row of (await (shared ?? opener())).entries(prefix)) rows.push(row);
      return rows;
    },
  };
}

type ShopOptions<Logic extends AnyStateMachine> = Partial<Omit<DurableOptions<Logic>, 'machine'>>;

export function openShop(
  machine: Shop,
  rest: ShopOptions<Shop> & { store: Store | StoreOpener },
): Promise<DurableSystem<Shop>> {
  return openDurable<Shop>({ machine, clock: manualClock(1_000), ...rest });
}

interface CounterSnapshot {
  status: string;
  value: unknown;
  context: { total: number; answers: string[]; notes: string[] };
}

export const counterSnapshot = (system: DurableSystem, id: string): CounterSnapshot =>
  system.get(id).getSnapshot() as CounterSnapshot;

export const sendToCounter = (system: DurableSystem, id: string, event: CounterEvent): void =>
  system.get(id).send(event);

/** Keys of the operations of every batch a store is given. */
export function recordBatches(store: Store): { store: Store; batches: Operation[][] } {
  const batches: Operation[][] = [];
  return {
    batches,
    store: {
      get: key => store.get(key),
      entries: (prefix, options) => store.entries(prefix, options),
      batch: operations => {
        batches.push(structuredClone([...operations]));
        return store.batch(operations);
      },
      close: () => store.close(),
    },
  };
}

/** A promise with its ends in hand. */
export function deferred<T>(): { promise: Promise<T>; resolve(value: T): void; reject(error: unknown): void } {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((good, bad) => {
    resolve = good;
    reject = bad;
  });
  return { promise, resolve, reject };
}

/** Resolves when an actor's snapshot fulfils the predicate. */
export function waitForSnapshot(actor: AnyActorRef, holds: (snapshot: CounterSnapshot) => boolean): Promise<void> {
  const held = deferred<void>();
  const look = (snapshot: unknown) => {
    if (holds(snapshot as CounterSnapshot)) held.resolve();
  };
  actor.subscribe(look);
  look(actor.getSnapshot());
  return held.promise;
}
