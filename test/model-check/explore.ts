/** Walks through every state a chart can reach, and looks at every step: where from, on which event, and what the chart did. */
import {
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyTransitionDefinition,
  createEmptyActor,
  type SnapshotFrom,
} from 'xstate';
import { interceptInspection } from '../../src/durable/xstate-internals.ts';

/** Something a chart does on a step besides moving: it emits, sends, spawns, schedules. */
export interface Effect {
  type: string;
  params: Record<string, unknown>;
}

export interface Step<Machine extends AnyStateMachine> {
  /** At the very first step, whose event is `xstate.init`, the same as `to`. */
  from: SnapshotFrom<Machine>;
  event: AnyEventObject;
  to: SnapshotFrom<Machine>;
  effects: readonly Effect[];
  /** What was taken, in order: the event's transition, and the eventless ones after it. */
  transitions: readonly AnyTransitionDefinition[];
  /** The walk was not in `to` before: a claim about states alone is checked once only. */
  isNew: boolean;
}

export interface World<Machine extends AnyStateMachine> {
  input: unknown;
  /** What may happen in a state: commands, and the answers of whatever is under way there. */
  events: (snapshot: SnapshotFrom<Machine>) => AnyEventObject[];
  /** Two snapshots of one key behave alike. */
  key: (snapshot: SnapshotFrom<Machine>) => string;
}

export interface Exploration {
  states: number;
  edges: number;
  /** The events up to the first step that was objected to; null when there is none. */
  path: AnyEventObject[] | null;
  /** The first step on which the chart threw or died, and of what. The walk goes on beside it. */
  thrown: { path: AnyEventObject[]; error: unknown } | null;
}

interface Trail {
  before: Trail | null;
  event: AnyEventObject;
}

const statesMax = 1_000_000;
const init: AnyEventObject = { type: 'xstate.init' };

/**
 * Every state once, every event in each; ends at the first step that `objects` says should not be. The walk is
 * breadth-first, so the path to it is a shortest one. What a chart ignores is no step.
 */
export function explore<Machine extends AnyStateMachine>(
  machine: Machine,
  world: World<Machine>,
  rejects: (step: Step<Machine>, pathTo: () => AnyEventObject[]) => boolean,
): Exploration {
  const chart = detachedMachine(machine);
  const walk: Exploration = { states: 0, edges: 0, path: null, thrown: null };
  const known = new Set<string>();
  const waiting: { at: SnapshotFrom<Machine>; way: Trail }[] = [];
  /** Whether the walk ends here. */
  const visit = (way: Trail, move: () => Omit<Step<Machine>, 'event' | 'isNew'> | null): boolean => {
    let found: Omit<Step<Machine>, 'event' | 'isNew'> | null;
    try {
      found = move();
    } catch (error) {
      walk.thrown ??= { path: trailEvents(way), error };
      return false;
    }
    if (found === null) return false;
    const { status, error } = found.to as AnyMachineSnapshot;
    if (status === 'error') {
      walk.thrown ??= { path: trailEvents(way), error };
      return false;
    }
    const key = world.key(found.to);
    const isNew = !known.has(key);
    if (way.before !== null) walk.edges += 1;
    if (rejects({ ...found, event: way.event, isNew }, () => trailEvents(way))) {
      walk.path = trailEvents(way);
      return true;
    }
    known.add(key);
    // Who has ended hears nothing any more.
    if (isNew && status === 'active') waiting.push({ at: found.to, way });
    return false;
  };
  let isOver = visit({ before: null, event: init }, () => chart.begin(world.input));
  for (let layer = waiting.splice(0); layer.length > 0 && !isOver; layer = waiting.splice(0)) {
    for (const { at, way } of layer) {
      for (const event of isOver ? [] : world.events(at)) {
        isOver ||= visit({ before: way, event }, () => chart.move(at, event));
      }
    }
    if (known.size > statesMax) throw new TypeError(`the walk does not end: over ${statesMax} states`);
  }
  walk.states = known.size;
  return walk;
}

/** Leads a chart through these events, and says whether a step was objected to. It may throw as the chart does. */
export function replayTrail<Machine extends AnyStateMachine>(
  machine: Machine,
  input: unknown,
  events: readonly AnyEventObject[],
  objects: (step: Step<Machine>) => boolean,
): boolean {
  const chart = detachedMachine(machine);
  const first = chart.begin(input);
  if (objects({ ...first, event: init, isNew: true })) return true;
  let at = first.to;
  for (const event of events.slice(1)) {
    const moved = chart.move(at, event);
    if (moved === null) continue;
    if (objects({ ...moved, event, isNew: true })) return true;
    at = moved.to;
  }
  return false;
}

/** A chart without a life of its own: it moves when it is moved, and what it wants done is only noted. */
function detachedMachine<Machine extends AnyStateMachine>(machine: Machine) {
  const emptyActor = Object.assign(createEmptyActor(), { _parent: createEmptyActor() });
  let effects: Effect[] = [];
  let transitions: AnyTransitionDefinition[] = [];
  // In place of an observer, for which the system copies each event.
  interceptInspection(emptyActor.system, event => {
    if (event.type === '@xstate.microstep') transitions.push(...event._transitions);
  });
  const scope = {
    self: emptyActor,
    system: emptyActor.system,
    logger: () => {},
    id: '',
    sessionId: 'walk',
    defer: () => {},
    stopChild: () => {},
    emit: () => {},
    actionExecutor: (effect: Effect) => effects.push(effect),
  };
  const noted = () => {
    const done = { effects, transitions };
    effects = [];
    transitions = [];
    return done;
  };
  return {
    begin: (input: unknown) => {
      noted();
      const to = machine.getInitialSnapshot(scope as never, input as never) as SnapshotFrom<Machine>;
      return { from: to, to, ...noted() };
    },
    move: (from: SnapshotFrom<Machine>, event: AnyEventObject) => {
      noted();
      const to = machine.transition(from as never, event, scope as never) as SnapshotFrom<Machine>;
      const done = noted();
      return to === from && done.effects.length === 0 ? null : { from, to, ...done };
    },
  };
}

function trailEvents(way: Trail): AnyEventObject[] {
  const events: AnyEventObject[] = [];
  for (let each: Trail | null = way; each !== null; each = each.before) events.unshift(each.event);
  return events;
}

/** A path in words; without the first step, which all have in common, unless it is the only one. */
export function describePath(path: readonly AnyEventObject[]): string[] {
  return (path.length > 1 ? path.slice(1) : path).map(eventName);
}

function eventName(event: AnyEventObject): string {
  const name = event.type.replace(/^xstate\.(done|error)\.actor\./, '$1 ').replace(/^xstate\./, '');
  const outcome = (event.output as { outcome?: string } | undefined)?.outcome;
  return outcome === undefined ? name : `${name}: ${outcome}`;
}
