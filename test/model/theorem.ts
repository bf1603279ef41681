import type { AnyStateMachine } from 'xstate';
import { explore, type Step, type World } from './explore.ts';

export interface SeededFault<Machine extends AnyStateMachine> {
  /** Which guard is made to lie, or what is changed in the chart. */
  guard: string;
  machine: Machine;
  /** The smallest world in which the fault can show; a walk in it is a walk in the whole one. */
  world: World<Machine>;
}

export interface Theorem<Machine extends AnyStateMachine> {
  theorem: string;
  /** A step that must not be. */
  broken: (step: Step<Machine>) => boolean;
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
  /** The way to the step that breaks it, when it does not hold. */
  path: string[] | null;
  faults: { guard: string; found: boolean; path: string[] }[];
}

/** Whether each theorem holds at every step of every world, and whether each seeded fault is found. */
export function prove<Machine extends AnyStateMachine>({ machine, worlds, theorems }: Theory<Machine>): Verdict[] {
  const broken = new Map<string, string[]>();
  let states = 0;
  let edges = 0;
  for (const world of worlds) {
    const walk = explore(machine, world, (step, pathTo) => {
      for (const theorem of theorems) {
        if (!broken.has(theorem.theorem) && theorem.broken(step)) broken.set(theorem.theorem, pathTo());
      }
      return false;
    });
    states += walk.states;
    edges += walk.edges;
    if (walk.path !== null) for (const { theorem } of theorems) broken.set(theorem, walk.path);
  }
  return theorems.map(({ theorem, broken: isBroken, faults }) => ({
    theorem,
    states,
    edges,
    holds: !broken.has(theorem),
    path: broken.get(theorem) ?? null,
    faults: faults.map(({ guard, machine: faulty, world }) => {
      const { path } = explore(faulty, world, isBroken);
      return { guard, found: path !== null, path: path ?? [] };
    }),
  }));
}
