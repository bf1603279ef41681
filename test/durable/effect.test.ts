import { describe, expect, test } from 'vitest';
import { assign, createActor, setup } from 'xstate';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import type { DurableSystem, EmittedEvent } from '../../src/durable/api.ts';
import { type EffectContext, effect } from '../../src/durable/effect.ts';
import type { Store } from '../../src/ports/store.ts';
import {
  counterSnapshot,
  crashableStore,
  createShopMachine,
  deferred,
  type Job,
  openShop,
  recordBatches,
  sendToCounter,
  waitForSnapshot,
} from './shop-machine.ts';

async function opened(job: Job, store: Store, rest: object = {}): Promise<DurableSystem> {
  const system = await openShop(createShopMachine(job), { store, input: {}, ...rest });
  await system.command('open', root => root.send({ type: 'OPEN', id: 'a' }));
  return system as unknown as DurableSystem;
}

const idleAgain = (system: DurableSystem) =>
  waitForSnapshot(system.get('a'), ({ value, context }) => value === 'idle' && context.answers.length > 0);

describe('an effect', () => {
  test('starts only when the batch that requested it is on disk', async () => {
    const inner = await memoryStore()();
    const disk = deferred<void>();
    let slow = false;
    const store: Store = {
      get: key => inner.get(key),
      entries: (prefix, options) => inner.entries(prefix, options),
      close: () => inner.close(),
      async batch(operations) {
        if (slow) await disk.promise;
        await inner.batch(operations);
      },
    };
    const began: string[] = [];
    const system = await opened(async ({ input }) => {
      began.push(input.job);
      return 'ok';
    }, store);
    slow = true;
    sendToCounter(system, 'a', { type: 'WORK', job: 'x' });
    await new Promise(resolve => setImmediate(resolve));
    await new Promise(resolve => setImmediate(resolve));
    expect(began).toEqual([]);
    disk.resolve();
    await idleAgain(system);
    expect(began).toEqual(['x']);
    await system.close();
  });

  test('returns its result to the machine, and both are one batch', async () => {
    const { store, batches } = recordBatches(await memoryStore()());
    const system = await opened(async ({ input }) => `did ${input.job}`, store);
    sendToCounter(system, 'a', { type: 'WORK', job: 'x' });
    await system.barrier();
    batches.length = 0;
    await idleAgain(system);
    await system.barrier();
    expect(counterSnapshot(system, 'a').context.answers).toEqual(['did x']);
    expect(batches.map(batch => batch.map(operation => `${operation.type} ${operation.key}`))).toEqual([
      ['del a/00000003', 'put a/00000002/now', 'put m/c/4'],
    ]);
    await system.close();
  });

  test('[R319] costs three rows when a command asks for it and three when it ends', async () => {
    const { store, batches } = recordBatches(await memoryStore()());
    const system = await opened(async ({ input }) => `did ${input.job}`, store);
    batches.length = 0;
    await system.command('work', () => sendToCounter(system, 'a', { type: 'WORK', job: 'x' }));
    await idleAgain(system);
    await system.barrier();
    expect(batches.map(batch => batch.map(operation => `${operation.type} ${operation.key}`))).toEqual([
      ['put a/00000002/now', 'put a/00000003', 'put m/c/3'],
      ['del a/00000003', 'put a/00000002/now', 'put m/c/4'],
    ]);
    await system.close();
  });

  test('that was running in a crash runs again with the same input and key', async () => {
    const rows = crashableStore();
    const asked: [string, string][] = [];
    const never: Job = ({ input, key }) => {
      asked.push([input.job, key]);
      return new Promise(() => {});
    };
    const first = await opened(never, await rows.open());
    sendToCounter(first, 'a', { type: 'WORK', job: 'x' });
    await first.barrier();
    await new Promise(resolve => setImmediate(resolve));
    const answer: Job = async ({ input, key }) => {
      asked.push([input.job, key]);
      return 'second time';
    };
    const second = (await openShop(createShopMachine(answer), {
      store: await rows.open(),
    })) as unknown as DurableSystem;
    await idleAgain(second);
    expect(asked).toEqual([
      ['x', '00000003'],
      ['x', '00000003'],
    ]);
    expect(counterSnapshot(second, 'a').context.answers).toEqual(['second time']);
    await second.close();
  });

  test('that fails reports the error to the machine and leaves nothing behind', async () => {
    const rows = crashableStore();
    const system = await opened(() => Promise.reject(new Error('no luck')), await rows.open());
    sendToCounter(system, 'a', { type: 'WORK', job: 'x' });
    await idleAgain(system);
    await system.barrier();
    expect(counterSnapshot(system, 'a').context.answers).toEqual(['failed: no luck']);
    expect((await rows.rows('a/')).map(([key]) => key)).toEqual([
      'a/00000001',
      'a/00000001/now',
      'a/00000002',
      'a/00000002/now',
    ]);
    await system.close();
  });

  test('whose actor is stopped is aborted, and a later result is not recorded', async () => {
    const rows = crashableStore();
    const answer = deferred<string>();
    let signal: AbortSignal | undefined;
    const steps: unknown[] = [];
    const job: Job = async context => {
      signal = context.signal;
      const result = await context.step('one', () => answer.promise);
      steps.push(result);
      return result;
    };
    const system = await opened(job, await rows.open());
    sendToCounter(system, 'a', { type: 'WORK', job: 'x' });
    await system.barrier();
    await new Promise(resolve => setImmediate(resolve));
    expect(signal?.aborted).toBe(false);
    sendToCounter(system, 'a', { type: 'STOP_WORK' });
    expect(signal?.aborted).toBe(true);
    answer.resolve('late');
    await system.close();
    expect(steps).toEqual([]);
    expect(await rows.rows('r/')).toEqual([]);
  });

  test('that asks for its signal after it was aborted gets one that is', async () => {
    let context: EffectContext<{ job: string }> | undefined;
    const job: Job = async given => {
      context = given;
      return new Promise(() => {});
    };
    const system = await opened(job, await memoryStore()());
    sendToCounter(system, 'a', { type: 'WORK', job: 'x' });
    await system.barrier();
    await new Promise(resolve => setImmediate(resolve));
    sendToCounter(system, 'a', { type: 'STOP_WORK' });
    expect(context?.signal.aborted).toBe(true);
    expect(context?.signal).toBe(context?.signal);
    await system.close();
  });

  test('stopped before its batch was on disk never starts', async () => {
    let began = 0;
    const system = await opened(
      async () => {
        began++;
        return 'x';
      },
      await memoryStore()(),
    );
    sendToCounter(system, 'a', { type: 'WORK', job: 'x' });
    sendToCounter(system, 'a', { type: 'STOP_WORK' });
    await system.barrier();
    await system.close();
    expect(began).toBe(0);
  });

  test('is aborted when the system closes, and nothing more of it is written', async () => {
    const rows = crashableStore();
    const answer = deferred<string>();
    let context: EffectContext<{ job: string }> | undefined;
    let finished: Promise<unknown> = Promise.resolve();
    const job: Job = given => {
      context = given;
      finished = given.step('one', () => answer.promise).catch((error: Error) => error.name);
      return finished as Promise<string>;
    };
    const system = await opened(job, await rows.open());
    sendToCounter(system, 'a', { type: 'WORK', job: 'x' });
    await system.barrier();
    await new Promise(resolve => setImmediate(resolve));
    await system.close();
    expect(context?.signal.aborted).toBe(true);
    answer.resolve('late');
    expect(await finished).toBe('AbortError');
    await expect(context?.emit([{ type: 'late' }])).rejects.toMatchObject({ name: 'AbortError' });
    await expect(context?.step('two', async () => 1)).rejects.toMatchObject({ name: 'AbortError' });
    expect(await rows.rows('r/')).toEqual([]);
  });

  test('needs a durable system', async () => {
    const machine = setup({
      types: {} as { context: { why: unknown } },
      actors: { work: effect<undefined, string>(async () => 'x') },
    }).createMachine({
      context: { why: null },
      invoke: {
        src: 'work',
        input: undefined,
        onError: { actions: assign({ why: ({ event }) => event.error }) },
      },
    });
    const actor = createActor(machine).start();
    expect(actor.getSnapshot().context.why).toEqual(
      new TypeError('effect() runs in a system opened with openDurable().'),
    );
  });
});

describe('a step', () => {
  test('that finished before a crash returns its recorded result instead of running again', async () => {
    const rows = crashableStore();
    const ran: string[] = [];
    const stuck = deferred<string>();
    const job =
      (last: () => Promise<string>): Job =>
      async ({ step }) => {
        const one = await step('one', async () => {
          ran.push('one');
          return { part: 1 };
        });
        const two = await step('two', async () => {
          ran.push('two');
        });
        return `${one.part} ${two} ${await step('three', last)}`;
      };
    const first = await opened(
      job(() => stuck.promise),
      await rows.open(),
    );
    sendToCounter(first, 'a', { type: 'WORK', job: 'x' });
    while ((await rows.rows('r/')).length < 2)
      await first.barrier().then(() => new Promise(resolve => setImmediate(resolve)));
    const second = (await openShop(createShopMachine(job(async () => 'three')), {
      store: await rows.open(),
    })) as unknown as DurableSystem;
    await idleAgain(second);
    await second.barrier();
    expect(ran).toEqual(['one', 'two']);
    expect(counterSnapshot(second, 'a').context.answers).toEqual(['1 undefined three']);
    expect(await rows.rows('r/')).toEqual([]);
    await second.close();
  });

  test('is on disk with the events it sent and emitted, in one batch, before the next starts', async () => {
    const { store, batches } = recordBatches(await memoryStore()());
    const system = await opened(
      async ({ step, emit, key }) => {
        await step('one', async () => 7, {
          sendToParent: result => [{ type: 'NOTED', what: `seven is ${result}` }],
          emit: result => [{ type: 'stepped', result }],
        });
        expect(batches.flat().some(operation => operation.key === `r/${key}/one`)).toBe(true);
        await emit([{ type: 'noted' }]);
        expect(batches.flat().some(operation => operation.key === 'fact/noted')).toBe(true);
        return 'ok';
      },
      store,
      {
        deriveEventRows: (emitted: EmittedEvent) => [
          { type: 'put', key: `fact/${emitted.event.type}`, value: [emitted.uid, emitted.src, emitted.actorId] },
        ],
      },
    );
    sendToCounter(system, 'a', { type: 'WORK', job: 'x' });
    await idleAgain(system);
    await system.barrier();
    expect(counterSnapshot(system, 'a').context.answers).toEqual(['ok']);
    const stepped = batches.find(batch => batch.some(operation => operation.key === 'r/00000003/one')) ?? [];
    expect(stepped.map(operation => operation.key).filter(key => !key.startsWith('m/'))).toEqual([
      'r/00000003/one',
      'fact/stepped',
      'a/00000002/now',
    ]);
    expect(stepped.find(operation => operation.key === 'fact/stepped')).toMatchObject({
      value: ['00000002', 'counter', 'a'],
    });
    expect(counterSnapshot(system, 'a').context.notes).toEqual(['seven is 7']);
    await system.close();
  });

  test('that fails records nothing and may be retried under another name', async () => {
    const system = await opened(
      async ({ step }) => {
        const failed = await step('one', () => Promise.reject(new Error('not now'))).catch(
          (error: Error) => error.message,
        );
        return `${failed}, ${await step('two', async () => 'now')}`;
      },
      await memoryStore()(),
    );
    sendToCounter(system, 'a', { type: 'WORK', job: 'x' });
    await idleAgain(system);
    expect(counterSnapshot(system, 'a').context.answers).toEqual(['not now, now']);
    await system.close();
  });

  test('may not have the name of another step of the same effect', async () => {
    const system = await opened(
      async ({ step }) => {
        await step('one', async () => 1);
        return step('one', async () => 'again');
      },
      await memoryStore()(),
    );
    sendToCounter(system, 'a', { type: 'WORK', job: 'x' });
    await idleAgain(system);
    expect(counterSnapshot(system, 'a').context.answers).toEqual([
      'failed: The step "one" appears twice in one effect.',
    ]);
    await system.close();
  });

  test('whose events make the parent stop the effect leaves no record', async () => {
    const rows = crashableStore();
    const outcome = deferred<unknown>();
    const system = await opened(
      async ({ step, key }) => {
        const stepping = step('one', async () => 1, { sendToParent: () => [{ type: 'STOP_WORK' }] });
        outcome.resolve(await stepping.then(() => key));
        return 'x';
      },
      await rows.open(),
    );
    sendToCounter(system, 'a', { type: 'WORK', job: 'x' });
    expect(await outcome.promise).toBe('00000003');
    expect(await rows.rows('r/')).toEqual([]);
    await system.close();
  });
});
