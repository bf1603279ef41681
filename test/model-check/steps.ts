/** Words in which properties speak of a step. */
import type { AnyEventObject, AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import type { Step, World } from './explore.ts';
import type { Claim } from './property.ts';

type AnyStep = Pick<Step<AnyStateMachine>, 'event' | 'effects'>;

export function claim<Machine extends AnyStateMachine>(
  premise: (step: Step<Machine>) => boolean,
  conclusion: (step: Step<Machine>) => boolean,
): Claim<Machine> {
  return { premise, conclusion };
}

/**
 * In every state in which children are at work, whatever they answer moves the chart: what it ignores is no step, and no property of steps
 * would notice that it waits for good.
 */
export function takesAnswersOf<Machine extends AnyStateMachine>(world: World<Machine>): Claim<Machine> {
  const answersIn = ({ to }: Step<Machine>) =>
    isActive(to) ? world.events(to).filter(({ type }) => /^xstate\.(done|error)\.actor\./.test(type)) : [];
  return claim(
    step => step.isNew && answersIn(step).length > 0,
    step => answersIn(step).every(answer => (step.to as AnyMachineSnapshot).can(answer)),
  );
}

/** In every state of which this holds, the chart takes all of these events. */
export function takes<Machine extends AnyStateMachine>(
  isIn: (snapshot: Step<Machine>['to']) => boolean,
  ...events: AnyEventObject[]
): Claim<Machine> {
  return claim(
    ({ to, isNew }) => isNew && isActive(to) && isIn(to),
    ({ to }) => events.every(event => (to as AnyMachineSnapshot).can(event)),
  );
}

const isActive = (snapshot: unknown) => (snapshot as AnyMachineSnapshot).status === 'active';

/** The chart decides where to begin. */
export const isInit = ({ event }: AnyStep) => event.type === 'xstate.init';

export const isAnswerOf = ({ event }: AnyStep, id: string) => event.type === `xstate.done.actor.${id}`;
export const isFailureOf = ({ event }: AnyStep, id: string) => event.type === `xstate.error.actor.${id}`;

/** What the child that answered says. */
export function outputOf<Output extends object>({ event }: { event: AnyEventObject }): Partial<Output> {
  return (event.output ?? {}) as Partial<Output>;
}

export const outcomeOf = (step: AnyStep) => outputOf<{ outcome: string }>(step).outcome;

/** What was emitted, of one type, in order. */
export function emitted<Type extends string>({ effects }: AnyStep, type: Type): (AnyEventObject & { type: Type })[] {
  return effects
    .filter(effect => effect.type === 'xstate.emit')
    .map(({ params }) => params.event as AnyEventObject & { type: Type })
    .filter(event => event.type === type);
}

/** The input of a child that was started on this step; null when none was. */
export function invokeInputOf({ effects }: AnyStep, id: string): Record<string, unknown> | null {
  const spawned = effects.find(({ type, params }) => type === 'xstate.spawnChild' && params.id === id);
  return spawned === undefined ? null : (spawned.params.input as Record<string, unknown>);
}

/** What was sent to another actor, in order. */
export function sent({ effects }: AnyStep): { to: string; event: AnyEventObject }[] {
  return effects
    .filter(({ type }) => type === 'xstate.sendTo')
    .map(({ params }) => ({ to: String(params.targetId), event: params.event as AnyEventObject }));
}
