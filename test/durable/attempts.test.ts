import { describe, expect, test } from 'vitest';
import { type AnyActorLogic, type AnyStateMachine, setup, waitFor } from 'xstate';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import { type EffectContext, type EffectOptions, effect } from '../../src/durable/effect.ts';
import { openDurable } from '../../src/durable/system.ts';
import { TroupeError } from '../../src/model/errors.ts';
import { deferred } from './shop-machine.ts';

type Act = (context: EffectContext<unknown>) => Promise<unknown>;

const machineOf = (work: AnyActorLogic) =>
  setup({ types: {} as { context: { error: unknown } }, actors: { work } }).createMachine({
    context: { error: null },
    initial: 'working',
    states: {
      working: {
        on: { STOP: 'stopped' },
        invoke: { src: 'work', id: 'work', onDone: 'done', onError: 'failed' },
      },
      done: {},
      failed: {},
      stopped: {},
    },
  });

/** A clock whose timers a test can wait for. */
function watchedClock() {
  const clock = manualClock();
  const times: number[] = [];
  let changed = deferred<void>();
  return {
    ...clock,
    at(atMs: number, callback: () => void) {
      times.push(atMs);
      changed.resolve();
      changed = deferred();
      return clock.at(atMs, callback);
    },
    times,
    async waits(count: number) {
      while (times.length < count) await changed.promise;
    },
  };
}

/** Runs one effect. The test advances the clock. */
async function begin(act: Act, options: EffectOptions, { store = memoryStore(), clock = watchedClock() } = {}) {
  const system = await openDurable({ store, machine: machineOf(effect(act, options)), clock });
  const end = async () => (await waitFor(system.root, ({ value }) => value !== 'working', { timeout: 20_000 })).value;
  return { system, clock, store, end };
}

/** An effect that fails `times` times. */
function failing(times: number, error: () => unknown = () => new Error('no')) {
  const keys: string[] = [];
  const act: Act = async ({ key }) => {
    if (keys.push(key) <= times) throw error();
  };
  return { act, keys };
}

describe('an effect with retries [R261]', () => {
  test('is tried again after delays that grow up to their limit, under one key', async () => {
    const { act, keys } = failing(4);
    const { system, clock, end } = await begin(act, {
      retry: { attempts: 5, delayMs: 100, factor: 3, delayMsMax: 500 },
    });
    for (const [waited, delay] of [100, 300, 500, 500].entries()) {
      await clock.waits(waited + 1);
      expect([keys.length, (clock.times[waited] as number) - clock.now()]).toEqual([waited + 1, delay]);
      clock.advance(delay);
    }
    expect([await end(), keys.length, new Set(keys).size]).toEqual(['done', 5, 1]);
    await system.close();
  });

  test('fails with the error of the last attempt when there are no more', async () => {
    const { act, keys } = failing(9, () => new Error(`attempt ${keys.length}`));
    const { system, clock, end } = await begin(act, { retry: { attempts: 2 } });
    await clock.waits(1);
    const work = system.root.getSnapshot().children.work;
    clock.advance(1_000);
    expect([await end(), keys.length]).toEqual(['failed', 2]);
    expect(work?.getSnapshot()).toMatchObject({ error: new Error('attempt 2') });
    await system.close();
  });

  test.each([
    ['an error that is not retriable', () => new TroupeError('USAGE', 'no'), {}],
    ['an error that its policy refuses', () => new Error('no'), { isRetriable: () => false }],
  ])('is not tried again after %s', async (_, error, policy) => {
    const { act, keys } = failing(9, error);
    const { system, end } = await begin(act, { retry: { attempts: 5, ...policy } });
    expect([await end(), keys.length]).toEqual(['failed', 1]);
    await system.close();
  });

  test('counts its attempts, and waits, across a restart', async () => {
    const { act, keys } = failing(9);
    const options: EffectOptions = { retry: { attempts: 3, delayMs: 1_000 } };
    const { system, clock, store } = await begin(act, options);
    await clock.waits(1);
    clock.advance(400);
    await system.close();
    const later = watchedClock();
    later.advance(400);
    const second = await begin(act, options, { store, clock: later });
    await later.waits(1);
    expect([keys.length, later.times]).toEqual([1, [1_000]]);
    later.advance(600);
    await later.waits(2);
    later.advance(2_000);
    expect([await second.end(), keys.length]).toEqual(['failed', 3]);
    await second.system.close();
  });

  test('returns the results of finished steps to the next attempt', async () => {
    const calls: string[] = [];
    const act: Act = async ({ step, recordedResult }) => {
      const before = recordedResult('first');
      const result = await step('first', async () => calls.push('first'));
      calls.push(`before ${before}, result ${result}`);
      if (calls.length < 3) throw new Error('no');
    };
    const { system, clock, end } = await begin(act, { retry: { attempts: 2 } });
    await clock.waits(1);
    clock.advance(1_000);
    expect([await end(), calls]).toEqual(['done', ['first', 'before undefined, result 1', 'before 1, result 1']]);
    await system.close();
  });

  test('that is stopped while it waits is not tried again', async () => {
    const { act, keys } = failing(9);
    const { system, clock, end } = await begin(act, { retry: { attempts: 5 } });
    await clock.waits(1);
    await system.command('stop', root => root.send({ type: 'STOP' }));
    clock.advance(10_000);
    expect([await end(), keys.length]).toEqual(['stopped', 1]);
    await system.close();
  });

  test('keeps the name of its own record to itself', async () => {
    const { system, end } = await begin(({ step }) => step('@retry', async () => 1), { retry: { attempts: 1 } });
    expect(await end()).toBe('failed');
    await system.close();
  });
});

describe('an effect with time limits [R261]', () => {
  test('fails with TIMED_OUT when an attempt takes longer, and its signal aborts', async () => {
    const signals: AbortSignal[] = [];
    const act: Act = ({ signal }) => {
      signals.push(signal);
      return new Promise(() => {});
    };
    const { system, clock, end } = await begin(act, { timeoutMs: 300, retry: { attempts: 2, delayMs: 50 } });
    await clock.waits(1);
    clock.advance(300);
    await clock.waits(2);
    clock.advance(50);
    await clock.waits(3);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    const work = system.root.getSnapshot().children.work;
    clock.advance(300);
    expect(await end()).toBe('failed');
    expect(work?.getSnapshot()).toMatchObject({ error: { code: 'TIMED_OUT' } });
    expect(signals[0]?.reason).toMatchObject({ code: 'TIMED_OUT' });
    await system.close();
  });

  test('fails with STALLED when its heartbeats stop, and not before', async () => {
    let beat = () => {};
    const act: Act = ({ heartbeat }) => {
      beat = heartbeat;
      return new Promise(() => {});
    };
    const { system, clock, end } = await begin(act, { heartbeatMs: 100 });
    await clock.waits(1);
    for (let beats = 0; beats < 5; beats++) {
      clock.advance(90);
      beat();
    }
    const work = system.root.getSnapshot().children.work;
    expect(work?.getSnapshot().status).toBe('active');
    clock.advance(100);
    expect(await end()).toBe('failed');
    expect(work?.getSnapshot()).toMatchObject({ error: { code: 'STALLED' } });
    await system.close();
  });

  test('that ends in time leaves no timer', async () => {
    const clock = watchedClock();
    let cancelled = 0;
    const at = clock.at.bind(clock);
    clock.at = (atMs, callback) => {
      const cancel = at(atMs, callback);
      return () => {
        cancelled++;
        cancel();
      };
    };
    const { system, end } = await begin(async () => 1, { timeoutMs: 100, heartbeatMs: 100 }, { clock });
    expect([await end(), clock.times.length, cancelled]).toEqual(['done', 2, 2]);
    await system.close();
  });
});

describe('effects with a limit on how many run at once [R261]', () => {
  const crowd = (act: Act, count: number, options: EffectOptions) => {
    const work = effect(act, options);
    const names = Array.from({ length: count }, (_, index) => `w${index}`);
    const region = {
      initial: 'working',
      states: { working: { invoke: { src: 'work', onDone: 'done' }, on: { STOP: 'done' } }, done: {} },
    };
    return setup({ actors: { work } }).createMachine({
      type: 'parallel',
      states: Object.fromEntries(names.map(name => [name, region])) as never,
    }) as unknown as AnyStateMachine;
  };

  test('run no more than that, each when its turn comes', async () => {
    let running = 0;
    let most = 0;
    let ended = 0;
    const act: Act = async () => {
      most = Math.max(most, ++running);
      await new Promise(resolve => setImmediate(resolve));
      running--;
      ended++;
    };
    const system = await openDurable({
      store: memoryStore(),
      machine: crowd(act, 7, { concurrency: 2 }),
      clock: manualClock(),
    });
    const isDone = (value: unknown) => Object.values(value as object).every(each => each === 'done');
    await waitFor(system.root, ({ value }) => isDone(value), { timeout: 20_000 });
    expect([most, ended]).toEqual([2, 7]);
    await system.close();
  });

  test('that are stopped while they wait take no turn', async () => {
    const first = deferred<void>();
    let runs = 0;
    const act: Act = () => {
      runs++;
      return first.promise;
    };
    const system = await openDurable({
      store: memoryStore(),
      machine: crowd(act, 3, { concurrency: 1 }),
      clock: manualClock(),
    });
    await system.command('stop', root => root.send({ type: 'STOP' } as never));
    first.resolve();
    await system.close();
    expect(runs).toBe(1);
  });
});
