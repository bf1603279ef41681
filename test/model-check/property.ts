import type { AnyEventObject, AnyMachineSnapshot, AnyStateMachine, AnyTransitionDefinition } from 'xstate';
import type { TakenPath, TakenTransition } from '../charts/moves.ts';
import { describePath, explore, replayTrail, type Step, type World } from './explore.ts';

export interface SeededMutation<Machine extends AnyStateMachine> {
  /** Which guard is made to lie, or what is changed in the chart. */
  guard: string;
  machine: Machine;
  /** The smallest world in which the error can show; a walk in it is a walk in the whole one. */
  world: World<Machine>;
}

/** Of every step of which the premise holds the conclusion holds, and there are such steps. */
export interface Claim<Machine extends AnyStateMachine> {
  premise: (step: Step<Machine>) => boolean;
  conclusion: (step: Step<Machine>) => boolean;
}

export interface Property<Machine extends AnyStateMachine> {
  property: string;
  claims: Claim<Machine>[];
  mutations: SeededMutation<Machine>[];
}

/** Properties about one chart, and every world it can find itself in. */
export interface Model<Machine extends AnyStateMachine> {
  machine: Machine;
  worlds: World<Machine>[];
  properties: Property<Machine>[];
}

export interface PropertyResult {
  property: string;
  states: number;
  edges: number;
  holds: boolean;
  /** The path to the step that breaks it, when there is one. */
  path: string[] | null;
  /** Claims of it, from 1, of which nothing is shown: their premise holds of no step. */
  vacuous: number[];
  /**
   * `found`: a claim breaks, which holds of the chart as it is on the same events. That the failing chart throws is no
   * evidence: `thrown` says where, for an error that shows in no other way.
   */
  mutations: { guard: string; found: boolean; path: string[]; thrown: string | null }[];
}

export interface Verification {
  verdicts: PropertyResult[];
  /** Types of all events that came to the chart in some world, whether it took them or not. */
  events: string[];
  /** Ids of all states that it was in. */
  states: string[];
  /** The transitions that steps took one after the other, each sequence from a state once. */
  paths: TakenPath[];
}

/** Whether each property holds at every step of every world, and whether each seeded error is found. */
export function verify<Machine extends AnyStateMachine>(theory: Model<Machine>): Verification {
  const { machine, worlds, properties } = theory;
  const broken = new Map<string, string[]>();
  const claims = properties.flatMap(({ property, claims }) => claims.map(claim => ({ property, claim })));
  const witnessed = new Set<Claim<Machine>>();
  const events = new Set<string>();
  const ids = new Set<string>();
  const paths = collectPaths<Machine>();
  let states = 0;
  let edges = 0;
  for (const world of worlds) {
    const walk = explore(machine, withEvents(world, events), (step, pathTo) => {
      paths.add(step);
      if (step.isNew) for (const { id } of (step.to as AnyMachineSnapshot)._nodes) ids.add(id);
      for (const { property, claim } of claims) {
        if (!claim.premise(step)) continue;
        witnessed.add(claim);
        if (!claim.conclusion(step) && !broken.has(property)) broken.set(property, describePath(pathTo()));
      }
      return false;
    });
    states += walk.states;
    edges += walk.edges;
    if (walk.thrown !== null) for (const { property } of properties) broken.set(property, formatThrown(walk.thrown));
  }
  const verdicts = properties.map(({ property, claims, mutations }) => {
    const vacuous = claims.flatMap((claim, index) => (witnessed.has(claim) ? [] : [index + 1]));
    return {
      property,
      states,
      edges,
      holds: !broken.has(property) && vacuous.length === 0,
      path: broken.get(property) ?? null,
      vacuous,
      mutations: mutations.map(error => checkMutation(error, claims, machine)),
    };
  });
  return { verdicts, events: [...events], states: [...ids], paths: paths.all() };
}

/** Most steps take a path that was taken before: to notice that costs less than to describe it. */
function collectPaths<Machine extends AnyStateMachine>() {
  const numbers = new Map<AnyTransitionDefinition, number>();
  const numberOf = (taken: AnyTransitionDefinition): number => {
    const number = numbers.get(taken) ?? numbers.size;
    numbers.set(taken, number);
    return number;
  };
  const seen = new Set<string>();
  const paths = new Map<string, TakenPath>();
  return {
    add(step: Step<Machine>) {
      let name = leafOf(step);
      for (const taken of step.transitions) name += ` ${numberOf(taken)}`;
      if (seen.has(name)) return;
      seen.add(name);
      const path = takenPath(step);
      paths.set(JSON.stringify(path), path);
    },
    all: () => [...paths.values()],
  };
}

const leafOf = <Machine extends AnyStateMachine>({ from }: Step<Machine>): string =>
  (from as AnyMachineSnapshot)._nodes.at(-1)?.id ?? '';

function takenPath<Machine extends AnyStateMachine>(step: Step<Machine>): TakenPath {
  return { from: leafOf(step), transitions: step.transitions.map(takenTransition) };
}

function takenTransition(taken: AnyTransitionDefinition): TakenTransition {
  const { source, eventType } = taken;
  const all = eventType === '' ? source.always : source.transitions.get(eventType);
  return { source: source.id, event: eventType, index: all?.indexOf(taken) ?? -1 };
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

function checkMutation<Machine extends AnyStateMachine>(
  { guard, machine, world }: SeededMutation<Machine>,
  claims: readonly Claim<Machine>[],
  sound: Machine,
): PropertyResult['mutations'][number] {
  const isBroken = (step: Step<Machine>) =>
    claims.some(({ premise, conclusion }) => premise(step) && !conclusion(step));
  const { path, thrown } = explore(machine, world, isBroken);
  const found = path !== null && !alsoBreaks(sound, world, path, isBroken);
  return {
    guard,
    found,
    path: path === null ? [] : describePath(path),
    thrown: found || thrown === null ? null : formatThrown(thrown).join(' → '),
  };
}

/** A world in which the sound chart breaks the property as well shows nothing of an error. */
function alsoBreaks<Machine extends AnyStateMachine>(
  sound: Machine,
  world: World<Machine>,
  path: readonly AnyEventObject[],
  isBroken: (step: Step<Machine>) => boolean,
): boolean {
  try {
    return replayTrail(sound, world.input, path, isBroken);
  } catch {
    // Events that cannot come to it: it went another way before.
    return false;
  }
}

function formatThrown({ path, error }: { path: AnyEventObject[]; error: unknown }): string[] {
  const words = describePath(path);
  return [...words.slice(0, -1), `${words.at(-1)} (throws: ${String(error)})`];
}
