/** Walks through every state a chart can reach, and looks at every step. */
import {
  type AnyActorScope,
  type AnyEventObject,
  type AnyStateMachine,
  createEmptyActor,
  type SnapshotFrom,
} from 'xstate';

export interface Step<Machine extends AnyStateMachine> {
  from: SnapshotFrom<Machine>;
  event: AnyEventObject;
  to: SnapshotFrom<Machine>;
}

export interface World<Machine extends AnyStateMachine> {
  input: unknown;
  /** What may happen in a state: commands, and the answers of whatever is under way there. */
  events: (snapshot: SnapshotFrom<Machine>) => AnyEventObject[];
  /** Two snapshots of one key behave alike. */
  key: (snapshot: SnapshotFrom<Machine>) => string;
}

export interface Walk {
  states: number;
  edges: number;
  /** Events that lead to the first step that was objected to, or to the one that threw; null when there is none. */
  path: string[] | null;
}

/**
 * Every state once, every event in each; ends at the first step that `objects` says should not be. The walk is
 * breadth-first, so the path to it is a shortest one. A chart that throws is objected to as well.
 *
 * XState's own `getAdjacencyMap` is not used: it keeps the snapshot of every edge and shifts its queue, which costs more than the
 * transitions from some ten thousand states on.
 */
export function explore<Machine extends AnyStateMachine>(
  machine: Machine,
  world: World<Machine>,
  objects: (step: Step<Machine>, pathTo: () => string[]) => boolean,
): Walk {
  type State = SnapshotFrom<Machine>;
  const cameBy = new Map<string, { from: string; event: string } | null>();
  const pathTo = (source: string, last: string): string[] => {
    const path = [last];
    for (let way = cameBy.get(source); way; way = cameBy.get(way.from)) path.unshift(way.event);
    return path;
  };
  const scope = inertScope();
  const first = machine.getInitialSnapshot(scope, world.input as never) as State;
  let frontier: [key: string, state: State][] = [[world.key(first), first]];
  cameBy.set(world.key(first), null);
  let edges = 0;
  while (frontier.length > 0) {
    const next: typeof frontier = [];
    for (const [source, from] of frontier) {
      for (const event of world.events(from)) {
        const path = () => pathTo(source, nameOf(event));
        let to: State;
        try {
          to = machine.transition(from as never, event, scope) as State;
        } catch (thrown) {
          return { states: cameBy.size, edges, path: pathTo(source, `${nameOf(event)} (throws: ${String(thrown)})`) };
        }
        if (to === from) continue;
        edges += 1;
        if (objects({ from, event, to }, path)) return { states: cameBy.size, edges, path: path() };
        const key = world.key(to);
        if (cameBy.has(key)) continue;
        cameBy.set(key, { from: source, event: nameOf(event) });
        next.push([key, to]);
      }
      if (cameBy.size > statesMax) throw new Error(`More than ${statesMax} states: is the key of a state too fine?`);
    }
    frontier = next;
  }
  return { states: cameBy.size, edges, path: null };
}

const statesMax = 1_000_000;

/** Where transitions are computed without an actor: what they would do is dropped, as XState's own walk over a graph does. */
function inertScope(): AnyActorScope {
  const self = createEmptyActor();
  const none = () => {};
  return {
    ...{ self, id: 'inert', sessionId: 'inert', system: self.system, logger: none },
    ...{ defer: none, stopChild: none, emit: none, actionExecutor: none },
  } as AnyActorScope;
}

function nameOf(event: AnyEventObject): string {
  const name = event.type.replace(/^xstate\.(done|error)\.actor\./, '$1 ').replace(/^xstate\./, '');
  const outcome = (event.output as { outcome?: string } | undefined)?.outcome;
  return outcome === undefined ? name : `${name}: ${outcome}`;
}
