/** The moves between the positions of a chart, without the steps inside them. */
import type { Chart, ChartState, ChartTransition } from '../../src/durable/chart.ts';
import { statesIn } from './part-of-chart.ts';

/** A move from one position to another. */
export interface Move {
  /** Id of the position, or of the state around several of them in which the transition is written once for all. */
  from: string;
  /** Empty when it is made as soon as its guards allow it. */
  event: string;
  /** What must hold, in words. */
  guards: string[];
  /** Id of a position, or of the history through which the chart returns to one. */
  to: string;
}

/** One transition that a machine took: of those of the state for the event, the one at `index`. */
export interface TakenTransition {
  source: string;
  event: string;
  index: number;
}

/** The transitions of one step, in order, and the state that it began in. */
export interface TakenPath {
  from: string;
  transitions: readonly TakenTransition[];
}

/** A transition as the moves need it. */
interface Branch {
  event: string;
  /** Id of its state; null when it stays where it is. */
  target: string | null;
  guards: string[];
}

type TargetedBranch = Branch & { target: string };

export interface ChartPositions {
  chart: Chart;
  /** In the order in which they are written. */
  positions: ChartState[];
  /** The states around positions, in the same order. */
  surroundings: ChartState[];
  /** Throws when the chart has no such state. */
  stateOf(id: string): ChartState;
  /** Id of the position that contains the state; the state's own when none does. */
  positionOf(id: string): string;
  /** Id of the position, or of the history, that a transition to this state leads to. */
  positionEntered(id: string): string;
}

/** A position is a state with a tag `state:…`, or one that neither contains such a state nor lies in one. */
export function chartPositions(chart: Chart): ChartPositions {
  const { surroundings, positions } = divide(chart.root);
  const states = new Map(statesIn(chart.root).map(state => [state.id, state]));
  const positionIds = new Map(positions.flatMap(position => statesIn(position).map(({ id }) => [id, position.id])));
  const stateOf = (id: string): ChartState => {
    const state = states.get(id);
    if (state === undefined) throw new TypeError(`${chart.id} has no state ${id}`);
    return state;
  };
  const positionOf = (id: string) => positionIds.get(id) ?? id;
  const positionEntered = (id: string) => positionOf(innermost(stateOf(id), stateOf).id);
  return { chart, positions, surroundings, stateOf, positionOf, positionEntered };
}

function divide(state: ChartState): { surroundings: ChartState[]; positions: ChartState[] } {
  if (state.type === 'history') return { surroundings: [], positions: [] };
  const isPosition = ({ tags }: ChartState) => tags.some(tag => tag.startsWith('state:'));
  const containsPositions = statesIn(state).some(inner => inner !== state && isPosition(inner));
  if (isPosition(state) || !containsPositions) return { surroundings: [], positions: [state] };
  const inner = state.states.map(divide);
  return {
    surroundings: [state, ...inner.flatMap(each => each.surroundings)],
    positions: inner.flatMap(each => each.positions),
  };
}

/** The state without states of its own that is entered with this one. */
function innermost(state: ChartState, stateOf: (id: string) => ChartState): ChartState {
  const [initial] = state.initial;
  return initial === undefined ? state : innermost(stateOf(initial), stateOf);
}

/** The moves that a chart allows, each once and without special cases of another. */
export function movesOf(places: ChartPositions): Move[] {
  const { surroundings, positions, positionEntered } = places;
  const general = surroundings.flatMap(state =>
    branches(state)
      .filter(hasTarget)
      .map(({ event, target, guards }) => ({ from: state.id, event, guards, to: positionEntered(target) })),
  );
  return [...general, ...positions.flatMap(position => movesFrom(position, places))].filter(isFirstOfItsKind);
}

function movesFrom(position: ChartState, { chart, stateOf, positionOf, positionEntered }: ChartPositions): Move[] {
  /** The moves after `event` led to a state in the position. */
  const follow = (event: string, target: string, guards: string[]): Move[] => {
    if (guards.some(words => guards.includes(negated(words)))) return [];
    const to = positionEntered(target);
    if (to !== position.id) return [{ from: position.id, event, guards: [...new Set(guards)], to }];
    const next = branches(innermost(stateOf(target), stateOf))
      .filter(hasTarget)
      .filter(isEventless);
    return next.flatMap(each => follow(event, each.target, [...guards, ...each.guards]));
  };
  const inner = statesIn(position);
  const onEvents = inner.flatMap(state =>
    branches(state)
      .filter(hasTarget)
      .filter(branch => !isEventless(branch))
      .flatMap(({ event, target, guards }) => follow(event, target, guards)),
  );
  const entries = statesIn(chart.root)
    .filter(({ id }) => positionOf(id) !== position.id)
    .flatMap(({ transitions }) => transitions.flatMap(({ targets }) => targets))
    .filter(id => positionOf(id) === position.id);
  const begins = [position.id, ...entries, ...inner.filter(canWait).map(({ id }) => id)];
  return [...onEvents, ...begins.flatMap(id => follow('', id, []))];
}

/** The moves that a step made: what follows a move, or an event that led nowhere, is without an event. */
export function movesOnPath(
  { from, transitions }: TakenPath,
  { stateOf, positionOf, positionEntered, surroundings }: ChartPositions,
): Move[] {
  const moves: Move[] = [];
  let position = positionOf(from);
  let event: string | null = null;
  let guards: string[] = [];
  for (const taken of transitions) {
    const branch = branches(stateOf(taken.source)).filter(each => each.event === taken.event)[taken.index];
    if (branch === undefined)
      throw new TypeError(`${taken.source} has no transition ${taken.index} for ${taken.event}`);
    const isGeneral = surroundings.some(({ id }) => id === taken.source);
    if (!isGeneral) position = positionOf(taken.source);
    event ??= branch.target === null ? '' : taken.event;
    if (branch.target === null) continue;
    guards.push(...branch.guards);
    const to = positionEntered(branch.target);
    if (to === position && !isGeneral) continue;
    moves.push({ from: isGeneral ? taken.source : position, event, guards: [...new Set(guards)], to });
    [position, event, guards] = [to, '', []];
  }
  return moves;
}

/** Whether `move` is `general`, or `general` under further guards. */
export function isCaseOf(move: Move, general: Move): boolean {
  const isSameWay = move.from === general.from && move.event === general.event && move.to === general.to;
  return isSameWay && general.guards.every(words => move.guards.includes(words));
}

/** Whether no other move, and none before it, is the same under fewer guards or the same ones. */
function isFirstOfItsKind(move: Move, index: number, all: readonly Move[]): boolean {
  return !all.some(
    (other, at) => at !== index && isCaseOf(move, other) && (at < index || other.guards.length < move.guards.length),
  );
}

/** The transitions of a state, each with what must hold for it to be taken. */
function branches({ transitions }: ChartState): Branch[] {
  return transitions.map((transition, index) => {
    const before = transitions.slice(0, index).filter(({ event }) => event === transition.event);
    return { event: transition.event, target: transition.targets[0] ?? null, guards: guardsOf(transition, before) };
  });
}

const hasTarget = (branch: Branch): branch is TargetedBranch => branch.target !== null;
const isEventless = ({ event }: Branch) => event === '';

/** A transition without a guard is taken when the guards of those before it do not hold. */
function guardsOf({ guard }: ChartTransition, before: readonly ChartTransition[]): string[] {
  if (guard !== null) return [guardWords(guard)];
  return before.flatMap(each => (each.guard === null ? [] : [negated(guardWords(each.guard))]));
}

/** Whether a machine stays in the state until a guard of an eventless transition holds. */
function canWait({ transitions }: ChartState): boolean {
  const eventless = transitions.filter(({ event }) => event === '');
  return eventless.length > 0 && eventless.every(({ guard }) => guard !== null);
}

/** `isReady`, `hasFiles`, `mayApply` → "ready", "has files", "may apply". */
function guardWords(guard: string): string {
  return guard.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`).replace(/^is /, '');
}

const negations: [RegExp, string][] = [
  [/^not /, ''],
  [/^has no /, 'has '],
  [/^(has|needs) /, '$1 no '],
  [/^(may|was) /, '$1 not '],
];

/** "has files" → "has no files", "not ready" → "ready". */
function negated(words: string): string {
  const [pattern, negation] = negations.find(([each]) => each.test(words)) ?? [/^/, 'not '];
  return words.replace(pattern, negation);
}
