/** Walks through every state a chart can reach, by XState's own graph of it, and looks at every step. */
import type { AnyEventObject, AnyStateMachine, SnapshotFrom } from 'xstate';
import { getAdjacencyMap } from 'xstate/graph';

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
 */
export function explore<Machine extends AnyStateMachine>(
  machine: Machine,
  world: World<Machine>,
  objects: (step: Step<Machine>, pathTo: () => string[]) => boolean,
): Walk {
  const cameBy = new Map<string, { from: string; event: string } | null>();
  const eventKeys = new Map<AnyEventObject, string>();
  let at = '';
  let tried = '';
  let edges = 0;
  let isStopped = false;
  const pathTo = (last: string): string[] => {
    const path = [last];
    for (let way = cameBy.get(at); way; way = cameBy.get(way.from)) path.unshift(way.event);
    return path;
  };
  try {
    getAdjacencyMap(machine, {
      input: world.input as never,
      events: ((snapshot: SnapshotFrom<Machine>) => {
        at = world.key(snapshot);
        return world.events(snapshot);
      }) as never,
      serializeEvent: event => {
        const known = eventKeys.get(event) ?? String(eventKeys.size);
        eventKeys.set(event, known);
        return known as never;
      },
      filterEvents: (_, event) => {
        tried = nameOf(event);
        return true;
      },
      serializeState: ((to: SnapshotFrom<Machine>, event?: AnyEventObject, from?: SnapshotFrom<Machine>) => {
        const key = world.key(to);
        if (event === undefined || from === undefined) {
          if (!cameBy.has(key)) cameBy.set(key, null);
          return key;
        }
        if (to === from) return key;
        edges += 1;
        const source = world.key(from);
        at = source;
        if (objects({ from, event, to }, () => pathTo(nameOf(event)))) {
          tried = nameOf(event);
          isStopped = true;
          throw new TypeError('objection');
        }
        if (!cameBy.has(key)) cameBy.set(key, { from: source, event: nameOf(event) });
        return key;
      }) as never,
      limit: 1_000_000,
    });
  } catch (thrown) {
    const isThrown = !isStopped && !(thrown instanceof Error && thrown.message.startsWith('Traversal limit'));
    if (!isStopped && !isThrown) throw thrown;
    return { states: cameBy.size, edges, path: pathTo(isStopped ? tried : `${tried} (throws: ${String(thrown)})`) };
  }
  return { states: cameBy.size, edges, path: null };
}

function nameOf(event: AnyEventObject): string {
  const name = event.type.replace(/^xstate\.(done|error)\.actor\./, '$1 ').replace(/^xstate\./, '');
  const outcome = (event.output as { outcome?: string } | undefined)?.outcome;
  return outcome === undefined ? name : `${name}: ${outcome}`;
}
