import type { ChartLayout, DrawnState, DrawnTransition, PlanOverview, StateValue } from '../state/events.ts';

/** Returns the ids of the states in a value, with their parents. */
export function activeStates(picture: ChartLayout, value: StateValue | null): Set<string> {
  const active = new Set<string>();
  const enter = (state: DrawnState | undefined, value: StateValue | undefined) => {
    if (state === undefined) return;
    active.add(state.id);
    if (value === undefined) return;
    const inner = typeof value === 'string' ? { [value]: undefined } : value;
    for (const [key, deeper] of Object.entries(inner)) enter(childOf(picture, state.id, key), deeper);
  };
  if (value !== null)
    enter(
      picture.states.find(({ parent }) => parent === null),
      value,
    );
  return active;
}

function childOf({ states }: ChartLayout, parent: string, key: string): DrawnState | undefined {
  return states.find(state => state.parent === parent && state.key === key);
}

/** Returns the ids of the state that has a plan's phase and state as tags, with its parents. */
export function statesOfPlan({ states }: ChartLayout, { phase, state }: PlanOverview): Set<string> {
  for (const drawn of states) {
    if (!drawn.tags.includes(`state:${state}`)) continue;
    const branch = withParents(states, drawn);
    const phases = branch.flatMap(({ tags }) => tags.filter(tag => tag.startsWith('phase:')));
    // A paused plan, for example, is in the same state in each phase.
    if (phases.every(tag => tag === `phase:${phase}`)) return new Set(branch.map(({ id }) => id));
  }
  return new Set();
}

function withParents(states: readonly DrawnState[], state: DrawnState): DrawnState[] {
  const parent = states.find(({ id }) => id === state.parent);
  return parent === undefined ? [state] : [...withParents(states, parent), state];
}

export interface AllowedEvent {
  event: string;
  /** The transitions for it, innermost first. */
  transitions: DrawnTransition[];
}

/** Returns the events that the active states accept; XState's own come last. */
export function allowedEvents(picture: ChartLayout, active: ReadonlySet<string>): AllowedEvent[] {
  const byEvent = new Map<string, DrawnTransition[]>();
  for (const transition of picture.transitions) {
    if (transition.event === '' || !active.has(transition.from)) continue;
    byEvent.set(transition.event, [transition, ...(byEvent.get(transition.event) ?? [])]);
  }
  const all = [...byEvent].map(([event, transitions]) => ({ event, transitions }));
  return [...all.filter(({ event }) => !isOwn(event)), ...all.filter(({ event }) => isOwn(event))];
}

const isOwn = (event: string) => event.startsWith('xstate.');

/** Formats a state value on one line: `execute.processing`, `a.b + c.d`. */
export function formatStateValue(value: StateValue | null): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  return Object.entries(value)
    .map(([key, deeper]) => {
      const inner = deeper === undefined ? '' : formatStateValue(deeper);
      const isSplit = typeof deeper === 'object' && Object.keys(deeper).length > 1;
      return inner === '' ? key : `${key}.${isSplit ? `(${inner})` : inner}`;
    })
    .join(' + ');
}
