import { fromPromise, type PromiseActorLogic } from 'xstate';

/** Placeholder for an effect that a machine needs: the host provides it under `name` with `machine.provide({ actors })`. */
export function unprovidedActor<Input, Output>(name: string): PromiseActorLogic<Output, Input> {
  return fromPromise<Output, Input>(() =>
    Promise.reject(new TypeError(`The effect "${name}" was not provided: machine.provide({ actors: { ${name} } })`)),
  );
}
