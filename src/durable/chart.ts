/** A machine's structure as plain data, with guards and actions by name: enough to draw it. */
import type { AnyActorLogic, AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** A machine's states and transitions. */
export interface Chart {
  id: string;
  version: string | null;
  root: ChartState;
}

/** One state of a chart. */
export interface ChartState {
  /** Unique in the chart. */
  id: string;
  key: string;
  type: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  /** Ids of the states entered by default. */
  initial: string[];
  tags: string[];
  entry: string[];
  exit: string[];
  /** Names of the logic invoked while the state is active. */
  invokes: string[];
  transitions: ChartTransition[];
  states: ChartState[];
}

/** One transition of a chart. */
export interface ChartTransition {
  /** Empty for an eventless transition. */
  event: string;
  /** Ids of the target states; empty when the state does not change. */
  targets: string[];
  guard: string | null;
  actions: string[];
}

/** Returns the chart of a machine; null for any other logic. */
export function chartOf(logic: AnyActorLogic): Chart | null {
  if (!('root' in logic)) return null;
  const { id, version, root } = logic as AnyStateMachine;
  return { id, version: version ?? null, root: toChartState(root) };
}

function toChartState(node: AnyStateNode): ChartState {
  const always = node.always ?? [];
  return {
    id: node.id,
    key: node.key,
    type: node.type,
    initial: (node.initial.target ?? []).map(({ id }) => id),
    tags: [...node.tags],
    entry: node.entry.map(nameOf),
    exit: node.exit.map(nameOf),
    invokes: node.invoke.map(({ src }) => (typeof src === 'string' ? src : 'inline')),
    transitions: [...[...node.transitions.values()].flat(), ...always].map(toChartTransition),
    states: Object.values(node.states).map(toChartState),
  };
}

function toChartTransition({ eventType, target, guard, actions }: AnyTransitionDefinition): ChartTransition {
  return {
    event: eventType,
    targets: (target ?? []).map(({ id }) => id),
    guard: guard === undefined ? null : nameOf(guard),
    actions: actions.map(nameOf),
  };
}

/** An implementation is a string, an object with a type, or a function, which may have a name. */
function nameOf(implementation: unknown): string {
  if (typeof implementation === 'string') return implementation;
  const { type, name } = implementation as { type?: string; name?: string };
  return type ?? (name || 'inline');
}
