import type { PromiseActorLogic } from 'xstate';
import { type EffectContext, effect } from '../src/durable/effect.ts';
import type { EffectInput, EffectName, EffectOutput } from '../src/model/effects.ts';
import { TroupeError } from '../src/model/errors.ts';
import type { Redactor } from '../src/model/redactor.ts';
import type { EffectServices } from './services.ts';

export type EffectLogic<Name extends EffectName> = PromiseActorLogic<EffectOutput<Name>, EffectInput<Name>>;

/** The effect `name` of the contract, acting on a world. Every file here that holds a verb is one call of this. */
export function defineEffect<Name extends EffectName>(
  _name: Name,
  act: (context: EffectContext<EffectInput<Name>>, world: EffectServices) => Promise<EffectOutput<Name>>,
): (world: EffectServices) => EffectLogic<Name> {
  return world =>
    effect<EffectInput<Name>, EffectOutput<Name>>(async context => {
      const { planId } = context.input.spec;
      return world.guard({ planId, signal: context.signal }, async signal => {
        // What a pause or a cancel stopped must not write into the sandbox beside, or after, what comes next.
        await world.stopped(planId);
        // An actor's own key counts within one store; programs are marked with it, and a machine's stores share those.
        try {
          return withRedactedError(
            await act({ ...context, signal, key: `${planId}/${context.key}` }, world),
            world.redactor,
          );
        } catch (thrown) {
          throw redactedError(thrown, world.redactor);
        }
      });
    });
}

/** A failure that is an answer, such as of an apply that the target does not allow. */
function withRedactedError<Output>(output: Output, redactor: Redactor): Output {
  const { error } = output as { error?: unknown };
  return error ? { ...output, error: redactor.value(error) } : output;
}

/** What programs, git and tools say when they fail becomes part of what is thrown. */
function redactedError(thrown: unknown, redactor: Redactor): unknown {
  const stored = TroupeError.serialize(thrown);
  const clean = redactor.value(stored);
  return clean === stored ? thrown : TroupeError.deserialize(clean);
}
