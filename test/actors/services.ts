import type { PromiseActorLogic } from 'xstate';
import { setup } from 'xstate';
import type { EffectServices } from '../../actors/index.ts';
import { inProcessDispatcher } from '../../src/adapters/dispatch/in-process.ts';
import { guardWork } from '../../src/adapters/process/uncaught-errors.ts';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import { openDurable } from '../../src/durable.ts';
import { createRedactor } from '../../src/model/redactor.ts';

/** Services with only the given members: using any other fails the test. */
export function servicesWith(services: Partial<EffectServices>): EffectServices {
  const withdrawable: EffectServices['withdrawable'] = ({ signal }, act) => act(signal);
  const plain = { redactor: createRedactor(), secretVariables: () => ({}) };
  const dispatcher = inProcessDispatcher({
    agents: () => {
      throw new TypeError('this world runs no agents');
    },
    run: options => given.run(options),
  });
  const given: EffectServices = new Proxy(
    { guard: guardWork, withdrawable, stopped: async () => {}, dispatcher, ...plain, ...services } as EffectServices,
    {
      get(target, name) {
        if (name in target) return Reflect.get(target, name);
        throw new TypeError(`this world has no ${String(name)}`);
      },
    },
  );
  return given;
}

/** Runs an effect like a chart would, in a separate durable system; rejects with what the effect threw. */
export async function runEffect<Input, Output>(logic: PromiseActorLogic<Output, Input>, input: Input): Promise<Output> {
  const { promise, resolve, reject } = deferred<Output>();
  const effectLogic = logic as unknown as PromiseActorLogic<unknown, unknown>;
  const chart = setup({ actors: { act: effectLogic } }).createMachine({
    invoke: {
      src: 'act',
      input: () => input,
      onDone: { actions: ({ event }) => resolve(event.output as Output) },
      onError: { actions: ({ event }) => reject(event.error) },
    },
  });
  await using _system = await openDurable({ store: memoryStore(), machine: chart });
  return await promise;
}

export function deferred<Value>() {
  let resolve: (value: Value) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
