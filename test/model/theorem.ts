import type { AnyEventObject, AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { explore, retrace, type Step, type World, wordsOf } from './explore.ts';

export interface SeededFault<Machine extends AnyStateMachine> {
  /** Which guard is made to lie, or what is changed in the chart. */
  guard: string;
  machine: Machine;
  /** The smallest world in which the fault can show; a walk in it is a walk in the whole one. */
  world: World<Machine>;
}

/** Of every step of which the premise holds the conclusion holds, and there are such steps. */
export interface Claim<Machine extends AnyStateMachine> {
  premise: (step: Step<Machine>) => boolean;
  conclusion: (step: Step<Machine>) => boolean;
}

export interface Theorem<Machine extends AnyStateMachine> {
  theorem: string;
  claims: Claim<Machine>[];
  faults: SeededFault<Machine>[];
}

/** Theorems about one chart, and every world it can find itself in. */
export interface Theory<Machine extends AnyStateMachine> {
  machine: Machine;
  worlds: World<Machine>[];
  theorems: Theorem<Machine>[];
}

export interface Verdict {
  theorem: string;
  states: number;
  edges: number;
  holds: boolean;
  /** The path to the step that breaks it, when there is one. */
  path: string[] | null;
  /** Claims of it, from 1, of which nothing is shown: their premise holds of no step. */
  vacuous: number[];
  /**
   * `found`: a claim breaks, which holds of the chart as it is on the same events. That the faulty chart throws is no
   * evidence: `thrown` says where, for a fault that shows in no other way.
   */
  faults: { guard: string; found: boolean; path: string[]; thrown: string | null }[];
}

export interface Proof {
  verdicts: Verdict[];
  /** Types of all events that came to the chart in some world, whether it took them or not. */
  events: string[];
  /** Ids of all states that it was in. */
  states: string[];
}

/** Whether each theorem holds at every step of every world, and whether each seeded fault is found. */
export function prove<Machine extends AnyStateMachine>(theory: Theory<Machine>): Proof {
  const { machine, worlds, theorems } = theory;
  const broken = new Map<string, string[]>();
  const claims = theorems.flatMap(({ theorem, claims }) => claims.map(claim => ({ theorem, claim })));
  const witnessed = new Set<Claim<Machine>>();
  const events = new Set<string>();
  const ids = new Set<string>();
  let states = 0;
  let edges = 0;
  for (const world of worlds) {
    const walk = explore(machine, withEvents(world, events), (step, pathTo) => {
      if (step.isNew) for (const { id } of (step.to as AnyMachineSnapshot)._nodes) ids.add(id);
      for (const { theorem, claim } of claims) {
        if (!claim.premise(step)) continue;
        witnessed.add(claim);
        if (!claim.conclusion(step) && !broken.has(theorem)) broken.set(theorem, wordsOf(pathTo()));
      }
      return false;
    });
    states += walk.states;
    edges += walk.edges;
    if (walk.thrown !== null) for (const { theorem } of theorems) broken.set(theorem, thrownAt(walk.thrown));
  }
  const verdicts = theorems.map(({ theorem, claims, faults }) => {
    const vacuous = claims.flatMap((claim, index) => (witnessed.has(claim) ? [] : [index + 1]));
    return {
      theorem,
      states,
      edges,
      holds: !broken.has(theorem) && vacuous.length === 0,
      path: broken.get(theorem) ?? null,
      vacuous,
      faults: faults.map(fault => lookFor(fault, claims, machine)),
    };
  });
  return { verdicts, events: [...events], states: [...ids] };
}

function withEvents<Machine extends AnyStateMachine>(world: World<Machine>, seen: Set<string>): World<Machine> {
  return {
    ...world,
    events: snapshot => {
      const events = world.events(snapshot);
      for (const { type } of events) seen.add(type);
      return events;
    },
  };
}

function lookFor<Machine extends AnyStateMachine>(
  { guard, machine, world }: SeededFault<Machine>,
  claims: readonly Claim<Machine>[],
  sound: Machine,
): Verdict['faults'][number] {
  const isBroken = (step: Step<Machine>) =>
    claims.some(({ premise, conclusion }) => premise(step) && !conclusion(step));
  const { path, thrown } = explore(machine, world, isBroken);
  const found = path !== null && !breaksToo(sound, world, path, isBroken);
  return {
    guard,
    found,
    path: path === null ? [] : wordsOf(path),
    thrown: found || thrown === null ? null : thrownAt(thrown).join(' → '),
  };
}

/** A world in which the sound chart breaks the theorem as well shows nothing of a fault. */
function breaksToo<Machine extends AnyStateMachine>(
  sound: Machine,
  world: World<Machine>,
  path: readonly AnyEventObject[],
  isBroken: (step: Step<Machine>) => boolean,
): boolean {
  try {
    return retrace(sound, world.input, path, isBroken);
  } catch {
    // Events that cannot come to it: it went another way before.
    return false;
  }
}

function thrownAt({ path, error }: { path: AnyEventObject[]; error: unknown }): string[] {
  const words = wordsOf(path);
  return [...words.slice(0, -1), `${words.at(-1)} (throws: ${String(error)})`];
}
