/** Parts of a large chart, each small enough to be drawn with its labels. */
import type { Chart, ChartState, ChartTransition } from '../../src/durable/chart.ts';
import { eventLabel } from '../../src/inspector/view/format.ts';

/** A state with lines of text in place of transitions that are not drawn. */
export type NotedState = Omit<ChartState, 'states'> & { notes?: string[]; states: NotedState[] };

/** The chart without what is inside the states that `isClosed` names: such a state has the transitions that leave it. */
export function withClosedStates(chart: Chart, isClosed: (state: ChartState) => boolean): Chart {
  const shown = new Map<string, string>();
  const show = (state: ChartState, closed: string | null) => {
    shown.set(state.id, closed ?? state.id);
    for (const inner of state.states) show(inner, closed ?? (isClosed(state) ? state.id : null));
  };
  show(chart.root, null);
  const visible = (transition: ChartTransition) => ({
    ...transition,
    targets: [...new Set(transition.targets.map(id => shown.get(id) ?? id))],
  });
  const close = (state: ChartState): ChartState => {
    if (!isClosed(state))
      return { ...state, transitions: state.transitions.map(visible), states: state.states.map(close) };
    const leaving = statesIn(state)
      .flatMap(({ transitions }) => transitions.map(visible))
      .filter(({ targets }) => targets.length > 0 && !targets.includes(state.id));
    return { ...state, type: closedType(state), initial: [], transitions: leaving, states: [] };
  };
  return { ...chart, root: close(chart.root) };
}

const closedType = ({ type }: ChartState) => (type === 'compound' || type === 'parallel' ? 'atomic' : type);

/** One state of the chart as a chart of its own. Its transitions to other states are notes. */
export function partOfChart(chart: Chart, id: string): Chart {
  const root = statesIn(chart.root).find(state => state.id === id);
  if (root === undefined) throw new TypeError(`${chart.id} has no state ${id}`);
  return { ...chart, root };
}

/** The chart with a line of text in place of each transition that `isDrawn` does not name, and of those to states outside. */
export function withNotes(chart: Chart, isDrawn: (from: ChartState, to: ChartState) => boolean): Chart {
  const states = new Map(statesIn(chart.root).map(state => [state.id, state]));
  const note = (state: ChartState): NotedState => {
    const lines = new Map<string, string[]>();
    const drawn = state.transitions.filter(({ event, guard, targets }) => {
      const [id] = targets;
      const target = states.get(id ?? '');
      if (id === undefined || (target !== undefined && isDrawn(state, target))) return true;
      const label = guard === null ? eventLabel(event) : `${eventLabel(event)} [${guard}]`;
      lines.set(id, [...(lines.get(id) ?? []), label]);
      return false;
    });
    const notes = [...lines].flatMap(([id, labels]) =>
      [...new Set(labels)].map(label => `${label} ⇒ ${nameOf(id, state.id)}`),
    );
    return { ...state, notes, transitions: drawn, states: state.states.map(note) };
  };
  return { ...chart, root: note(chart.root) };
}

/** The name of a state, seen from another: its key beside it, or the end of its id that tells it from all others. */
function nameOf(id: string, from: string): string {
  const parentOf = (child: string) => child.slice(0, child.lastIndexOf('.'));
  if (parentOf(id) === parentOf(from) || parentOf(id) === from) return id.slice(parentOf(id).length + 1);
  return id.replace(/^.*\.lifecycle\.|^[^.]+\.(?:active\.)?/, '');
}

/** A state and all in it. */
export function statesIn(state: ChartState): ChartState[] {
  return [state, ...state.states.flatMap(statesIn)];
}
