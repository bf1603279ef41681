/**
 * Mutants of a chart, made by rule: each of its transitions removed, and each of its guards negated. One that every property, and the list of
 * states that are reached, lets pass is a survivor: nothing there would notice that mistake.
 */
import { type AnyMachineSnapshot, type AnyStateMachine, not } from 'xstate';
import { explore } from './explore.ts';
import { mutate } from './mutate.ts';
import type { Claim, Model } from './property.ts';

type Config = Record<string, unknown>;
type Transition = Config & { guard?: unknown; target?: unknown };

export interface Mutant<Machine extends AnyStateMachine> {
  /** What was changed, and where: `active.selecting always 2: removed`. */
  name: string;
  machine: Machine;
}

/** One place of a chart where transitions are written. */
interface Site {
  name: string;
  transitions: readonly Transition[];
  /** The whole chart with others in their place. */
  rewrite(transitions: readonly Transition[]): Config;
}

export function mutantsOf<Machine extends AnyStateMachine>(machine: Machine): Mutant<Machine>[] {
  return [...sitesOf(machine.config as Config, '', edited => edited)].flatMap(({ name, transitions, rewrite }) =>
    transitions.flatMap((transition, index) => {
      const at = transitions.length === 1 ? name : `${name} ${index + 1}`;
      const mutant = (what: string, changed: readonly Transition[]) => ({
        name: `${at}: ${what}`,
        machine: mutate(machine, () => rewrite(changed)),
      });
      const removed = mutant('removed', transitions.toSpliced(index, 1));
      if (transition.guard === undefined) return [removed];
      const guard = not(transition.guard as never);
      return [removed, mutant('guard negated', transitions.with(index, { ...transition, guard }))];
    }),
  );
}

function* sitesOf(state: Config, path: string, rewrite: (state: Config) => Config): Generator<Site> {
  const at = (what: string) => `${path} ${what}`.trim();
  for (const kind of ['on', 'after'] as const) {
    const table = (state[kind] ?? {}) as Record<string, unknown>;
    for (const event of Object.keys(table)) {
      yield site(at(event), table[event], list => rewrite({ ...state, [kind]: { ...table, [event]: list } }));
    }
  }
  for (const kind of ['always', 'onDone'] as const) {
    if (state[kind] !== undefined) yield site(at(kind), state[kind], list => rewrite({ ...state, [kind]: list }));
  }
  const invokes = [state.invoke ?? []].flat() as Config[];
  for (const [index, invoke] of invokes.entries()) {
    for (const kind of ['onDone', 'onError'] as const) {
      if (invoke[kind] === undefined) continue;
      yield site(at(`${invoke.id ?? invoke.src} ${kind}`), invoke[kind], list =>
        rewrite({ ...state, invoke: invokes.with(index, { ...invoke, [kind]: list }) }),
      );
    }
  }
  const states = (state.states ?? {}) as Record<string, Config>;
  for (const [name, child] of Object.entries(states)) {
    yield* sitesOf(child, path === '' ? name : `${path}.${name}`, edited =>
      rewrite({ ...state, states: { ...states, [name]: edited } }),
    );
  }
}

function site(name: string, written: unknown, rewrite: Site['rewrite']): Site {
  const list = [written].flat().map(each => (typeof each === 'string' ? { target: each } : (each as Transition)));
  return { name, transitions: list, rewrite };
}

/** Names of the mutants of which nothing is noticed. */
export function survivorsOf<Machine extends AnyStateMachine>({
  machine,
  worlds,
  properties,
}: Model<Machine>): string[] {
  const claims = properties.flatMap(property => property.claims);
  /** Small worlds first: most mutants are found there. */
  const bySize = worlds
    .map(world => ({ world, size: explore(machine, world, () => false).states }))
    .sort((one, other) => one.size - other.size);
  /** Claims whose premise held, and states that were reached; null when a claim breaks, or the chart dies. */
  const walk = (chart: Machine): { witnessed: Set<Claim<Machine>>; states: Set<string> } | null => {
    const seen = { witnessed: new Set<Claim<Machine>>(), states: new Set<string>() };
    for (const { world } of bySize) {
      const { path, thrown } = explore(chart, world, step => {
        if (step.isNew) for (const { id } of (step.to as AnyMachineSnapshot)._nodes) seen.states.add(id);
        return claims.some(claim => {
          if (!claim.premise(step)) return false;
          seen.witnessed.add(claim);
          return !claim.conclusion(step);
        });
      });
      if (path !== null || thrown !== null) return null;
    }
    return seen;
  };
  const sound = walk(machine);
  if (sound === null) throw new TypeError('a property of the chart as it is does not hold');
  return mutantsOf(machine).flatMap(({ name, machine: mutant }) => {
    const found = walk(mutant);
    const passes =
      found !== null && found.witnessed.size === sound.witnessed.size && found.states.size === sound.states.size;
    return passes ? [name] : [];
  });
}
