import type { PromiseActorLogic } from 'xstate';
import { type EffectContext, effect } from '../src/durable/effect.ts';
import type { EffectInput, EffectName, EffectOutput } from '../src/model/effects.ts';
import { TroupeError } from '../src/model/errors.ts';
import type { Redactor } from '../src/model/redactor.ts';
import type { EffectServices } from './services.ts';

export type EffectLogic<Name extends EffectName> = PromiseActorLogic<EffectOutput<Name>, EffectInput<Name>>;

/** Defines the effect `name` of the contract. Every effect in this folder is one call of this function. */
export function defineEffect<Name extends EffectName>(
  name: Name,
  act: (context: EffectContext<EffectInput<Name>>, services: EffectServices) => Promise<EffectOutput<Name>>,
): (services: EffectServices) => EffectLogic<Name> {
  return services =>
    effect<EffectInput<Name>, EffectOutput<Name>>(async context => {
      const { planId } = context.input.spec;
      return services.guard({ planId, signal: context.signal, effect: name }, async signal => {
        // Stopped programs of a pause or a cancel must not write into the sandbox while the next effect runs.
        await services.stopped(planId);
        // An actor's own key is unique within one store; programs are tagged with it, and stores on one machine share
        // process tags.
        try {
          return withRedactedError(
            await act({ ...context, signal, key: `${planId}/${context.key}` }, services),
            services.redactor,
          );
        } catch (thrown) {
          throw redactedError(thrown, services.redactor);
        }
      });
    });
}

/** An error that is returned as a result, such as of an apply that the target does not allow. */
function withRedactedError<Output>(output: Output, redactor: Redactor): Output {
  const { error } = output as { error?: unknown };
  return error ? { ...output, error: redactor.value(error) } : output;
}

/** Messages of programs, git and tools become part of the error. */
function redactedError(thrown: unknown, redactor: Redactor): unknown {
  const stored = TroupeError.serialize(thrown);
  const clean = redactor.value(stored);
  return clean === stored ? thrown : TroupeError.deserialize(clean);
}
