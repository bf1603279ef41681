import {
  type Actor,
  type AnyActorRef,
  type AnyStateMachine,
  createActor,
  type InputFrom,
  type InspectionEvent,
  SimulatedClock,
  waitFor,
} from 'xstate';
import { type PlanSnapshot, standing } from '../../machines/index.ts';
import type { PlanFact } from '../../src/model/event.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { type Answers, stage } from './effects.ts';
import { specOf } from './spec.ts';

export interface Played<Machine extends AnyStateMachine> {
  actor: Actor<Machine>;
  clock: SimulatedClock;
  /** Everything that any chart of the system emitted, in order. */
  facts: PlanFact[];
  /** The facts of one kind. */
  told: <Type extends PlanFact['type']>(type: Type) => Extract<PlanFact, { type: Type }>[];
}

/** Starts a chart on a clock of ours and listens to everything below it. */
export function play<Machine extends AnyStateMachine>(machine: Machine, input: InputFrom<Machine>): Played<Machine> {
  const facts: PlanFact[] = [];
  const clock = new SimulatedClock();
  const actor = createActor(machine, {
    input,
    clock,
    inspect: (inspected: InspectionEvent) => {
      if (inspected.type !== '@xstate.action' || inspected.action.type !== 'xstate.emit') return;
      facts.push((inspected.action.params as { event: PlanFact }).event);
    },
  } as never) as Actor<Machine>;
  actor.start();
  return {
    actor,
    clock,
    facts,
    told: <Type extends PlanFact['type']>(type: Type) =>
      facts.filter((fact): fact is Extract<PlanFact, { type: Type }> => fact.type === type),
  };
}

export function playPlan(
  answers: Partial<Answers> = {},
  spec: Partial<PlanSpec> = {},
  input: { attempt?: number } = {},
) {
  // It stands alone: there is no supervisor whom a child could tell how it fares.
  const alone = stage(answers).plan.provide({ actions: { report: () => {} } });
  const played = play(alone, { spec: specOf(spec), ...input });
  const { actor } = played;
  return {
    ...played,
    here: () => {
      const { phase, state } = standing(actor.getSnapshot());
      return `${phase}.${state}`;
    },
    /** Where the plan went, in order, as it told. */
    ways: () => movesOf(played.facts, specOf(spec).planId),
    /** Until a person must decide, or it is over. */
    rested: () => until(actor, snapshot => snapshot.status !== 'active' || snapshot.hasTag('resting')),
    at: (inner: unknown) => until(actor, snapshot => snapshot.matches({ open: { alive: inner } } as never)),
  };
}

/** Moves of one plan: `phase.state`, in order. */
export function movesOf(facts: readonly PlanFact[], planId: string): string[] {
  return facts.flatMap(fact =>
    fact.type === 'plan.phase_changed' && fact.planId === planId ? [`${fact.to.phase}.${fact.to.state}`] : [],
  );
}

export async function until<Machine extends AnyStateMachine>(
  actor: Actor<Machine>,
  holds: (snapshot: ReturnType<Actor<Machine>['getSnapshot']>) => boolean,
): Promise<void> {
  await waitFor(actor, holds, { timeout: 25_000 });
}

/** Until something that is not a snapshot of one actor holds. Turns of the event loop, no time. */
export async function turns(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2_000; turn += 1) {
    if (holds()) return;
    await new Promise(resolve => setImmediate(resolve));
  }
  throw new TypeError(`it never came to hold: ${holds}`);
}

/** A plan somewhere in the system. */
export function planIn(
  actor: AnyActorRef,
  planId: string,
): { send: (event: unknown) => void; snapshot: () => PlanSnapshot } {
  const found = () => {
    const plan = actor.system.get(`plan:${planId}`) as AnyActorRef | undefined;
    if (plan === undefined) throw new TypeError(`there is no plan ${planId}`);
    return plan;
  };
  return { send: event => found().send(event as never), snapshot: () => found().getSnapshot() as PlanSnapshot };
}

/** A promise that the test settles. */
export function deferred<Value>() {
  let resolve: (value: Value) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
