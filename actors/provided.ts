import type { PromiseActorLogic } from 'xstate';
import { type EffectContext, effect } from '../src/durable/effect.ts';
import type { EffectInput, EffectName, EffectOutput } from '../src/model/contract.ts';
import { Fault } from '../src/model/fault.ts';
import type { Redactor } from '../src/model/redactor.ts';
import type { World } from './world.ts';

export type EffectLogic<Name extends EffectName> = PromiseActorLogic<EffectOutput<Name>, EffectInput<Name>>;

/** The effect `name` of the contract, acting on a world. Every file here that holds a verb is one call of this. */
export function provided<Name extends EffectName>(
  _name: Name,
  act: (context: EffectContext<EffectInput<Name>>, world: World) => Promise<EffectOutput<Name>>,
): (world: World) => EffectLogic<Name> {
  return world =>
    effect<EffectInput<Name>, EffectOutput<Name>>(async context => {
      const { planId } = context.input.spec;
      return world.guard({ planId, signal: context.signal }, async signal => {
        // What a pause or a cancel stopped must not write into the sandbox beside, or after, what comes next.
        await world.stopped(planId);
        // An actor's own key counts within one store; programs are marked with it, and a machine's stores share those.
        try {
          return redactedFault(
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
function redactedFault<Output>(output: Output, redactor: Redactor): Output {
  const { fault } = output as { fault?: unknown };
  return fault ? { ...output, fault: redactor.value(fault) } : output;
}

/** What programs, git and tools say when they fail becomes part of what is thrown. */
function redactedError(thrown: unknown, redactor: Redactor): unknown {
  const stored = Fault.store(thrown);
  const clean = redactor.value(stored);
  return clean === stored ? thrown : Fault.revive(clean);
}
