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
import { type PlanSnapshot, planStatus } from '../../machines/index.ts';
import type { PlanEventPayload } from '../../src/model/event.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { sampleSpec } from './fixtures.ts';
import { type EffectAnswers, scriptedMachines } from './scripted-effects.ts';

export interface MachineRun<Machine extends AnyStateMachine> {
  actor: Actor<Machine>;
  clock: SimulatedClock;
  /** Everything that any chart of the system emitted, in order. */
  events: PlanEventPayload[];
  /** The facts of one kind. */
  emitted: <Type extends PlanEventPayload['type']>(type: Type) => Extract<PlanEventPayload, { type: Type }>[];
}

/** Starts a chart on a clock of ours and listens to everything below it. */
export function runMachine<Machine extends AnyStateMachine>(
  machine: Machine,
  input: InputFrom<Machine>,
): MachineRun<Machine> {
  const emitted: PlanEventPayload[] = [];
  const clock = new SimulatedClock();
  const actor = createActor(machine, {
    input,
    clock,
    inspect: (inspected: InspectionEvent) => {
      if (inspected.type !== '@xstate.action' || inspected.action.type !== 'xstate.emit') return;
      emitted.push((inspected.action.params as { event: PlanEventPayload }).event);
    },
  } as never) as Actor<Machine>;
  actor.start();
  return {
    actor,
    clock,
    events: emitted,
    emitted: <Type extends PlanEventPayload['type']>(type: Type) =>
      emitted.filter((payload): payload is Extract<PlanEventPayload, { type: Type }> => payload.type === type),
  };
}

export function runPlan(
  answers: Partial<EffectAnswers> = {},
  spec: Partial<PlanSpec> = {},
  input: { attempt?: number } = {},
) {
  // It stands alone: there is no supervisor whom a child could tell how it fares.
  const machine = scriptedMachines(answers).plan.provide({ actions: { reportActivity: () => {} } });
  const run = runMachine(machine, { spec: sampleSpec(spec), ...input });
  const { actor } = run;
  return {
    ...run,
    position: () => {
      const { phase, state } = planStatus(actor.getSnapshot());
      return `${phase}.${state}`;
    },
    /** The states of the plan in order, from its events. */
    positions: () => positionsOf(run.events, sampleSpec(spec).planId),
    /** Until a person must decide, or it is over. */
    untilResting: () => waitForState(actor, snapshot => snapshot.status !== 'active' || snapshot.hasTag('resting')),
    untilState: (inner: unknown) =>
      waitForState(actor, snapshot => snapshot.matches({ active: { lifecycle: inner } } as never)),
  };
}

/** Moves of one plan: `phase.state`, in order. */
export function positionsOf(events: readonly PlanEventPayload[], planId: string): string[] {
  return events.flatMap(event =>
    event.type === 'plan.phase_changed' && event.planId === planId ? [`${event.to.phase}.${event.to.state}`] : [],
  );
}

export async function waitForState<Machine extends AnyStateMachine>(
  actor: Actor<Machine>,
  predicate: (snapshot: ReturnType<Actor<Machine>['getSnapshot']>) => boolean,
): Promise<void> {
  await waitFor(actor, predicate, { timeout: 25_000 });
}

/** Until something that is not a snapshot of one actor holds. Turns of the event loop, no time. */
export async function waitUntil(predicate: () => boolean): Promise<void> {
  for (let tick = 0; tick < 2_000; tick += 1) {
    if (predicate()) return;
    await new Promise(resolve => setImmediate(resolve));
  }
  throw new TypeError(`it never came to hold: ${predicate}`);
}

/** A plan somewhere in the system. */
export function planActor(
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

/** A promise that the test resolves or rejects. */
export function deferred<Value>() {
  let resolve: (value: Value) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
