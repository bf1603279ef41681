/** The outline of a chart with positions, as the lines of a comment that opens the file of the chart. */
import { type Chart, type ChartState, chartOf } from '../../src/durable/chart.ts';
import { chartFiles } from '../machines/chart-source.ts';
import { chartPositions, type Move, movesOf } from './moves.ts';
import { statesIn } from './part-of-chart.ts';

const first = '/* Outline, written by `npm run charts`.';
const last = ' * End of the outline. */';
const width = 120;

/** The files of the charts that have positions, each with its outline as it is now. */
export async function outlinedSources(): Promise<{ path: string; text: string }[]> {
  return (await chartFiles()).flatMap(({ path, source, machine }) => {
    const chart = chartOf(machine);
    if (chart === null || !hasPositions(chart)) return [];
    return [{ path: `machines/${path}`, text: withOutline(source, chart) }];
  });
}

const hasPositions = ({ root }: Chart) => statesIn(root).some(({ tags }) => tags.some(tag => tag.startsWith('state:')));

/** The source with the outline of its chart as it is now. Throws without the two lines between which it is written. */
export function withOutline(source: string, chart: Chart): string {
  const [start, end] = [source.indexOf(`${first}\n`), source.indexOf(`${last}\n`)];
  if (start < 0 || end < start) throw new TypeError(`a chart with positions has the lines "${first}" and "${last}"`);
  const lines = chartOutline(chart).map(line => ` * ${line}`.trimEnd());
  return [source.slice(0, start), [first, ...lines, ''].join('\n'), source.slice(end)].join('');
}

/** One block for each position, then the moves that are written once for several positions, then the ends. */
export function chartOutline(chart: Chart): string[] {
  const places = chartPositions(chart);
  const { positions, surroundings } = places;
  const moves = movesOf(places);
  const parents = new Map(statesIn(chart.root).flatMap(state => state.states.map(inner => [inner.id, state] as const)));
  const states = new Map(statesIn(chart.root).map(state => [state.id, state]));
  const nameOf = (id: string): string => {
    const parent = parents.get(id);
    if (states.get(id)?.type === 'history') return 'back where it was';
    const [key, around] = [states.get(id)?.key ?? id, parent?.key];
    return parent?.tags.some(tag => tag.startsWith('phase:')) ? `${around}.${key}` : key;
  };
  const movesFrom = (id: string) =>
    moveLines(
      moves.filter(({ from }) => from === id),
      nameOf,
    );
  const blocks = positions
    .filter(({ type }) => type !== 'final')
    .flatMap(position => [
      ...wrapped(`${nameOf(position.id)}: ${activity(position)}`, '    '),
      ...movesFrom(position.id).flatMap(line => wrapped(`  ${line}`, '      ')),
    ]);
  const general = surroundings.toReversed().flatMap(state => {
    const lines = moves
      .filter(({ from }) => from === state.id)
      .flatMap(move => {
        const except = positions.filter(
          position => isInside(position, state) && overrides(position, state, move.event),
        );
        const [line = ''] = moveLines([move], nameOf);
        return except.length === 0 ? [line] : [`${line}, except in ${except.map(({ id }) => nameOf(id)).join(', ')}`];
      });
    const inside = positions.filter(position => isInside(position, state)).map(({ id }) => nameOf(id));
    return lines.length === 0 ? [] : [`from ${inside[0]} to ${inside.at(-1)}:`, ...lines.map(line => `  ${line}`)];
  });
  const ends = positions.filter(({ type }) => type === 'final').map(({ key }) => key);
  const [begin] = positions;
  return [
    'Each position, with the events it rests for or the steps it works in, and the moves out of it: event or outcome of a',
    `step [what must hold] → position. "At once" is without an event. A plan begins in ${nameOf(begin?.id ?? '')}.`,
    '',
    ...blocks,
    '',
    'Written once for all positions',
    ...general,
    '',
    `ends: ${ends.join(', ')}`,
  ];
}

const isInside = (position: ChartState, state: ChartState) => statesIn(state).some(({ id }) => id === position.id);

/** Whether a position takes the event before the state around it can, and does not leave for it. */
function overrides(position: ChartState, state: ChartState, event: string): boolean {
  const guards = state.transitions.filter(each => each.event === event).map(({ guard }) => guard);
  return position.transitions.some(
    each => each.event === event && each.targets.length === 0 && (each.guard === null || guards.includes(each.guard)),
  );
}

/** What a position rests in, with the events it waits for, and what it works in. */
function activity(position: ChartState): string {
  const leaves = statesIn(position).filter(({ states, type }) => states.length === 0 && type !== 'history');
  const isResting = ({ tags }: ChartState) => tags.includes('resting') || position.tags.includes('resting');
  const stepName = ({ id }: ChartState) => id.slice(position.id.length + 1);
  const around = position.states.length > 0 ? position.transitions : [];
  const rests = leaves.filter(isResting).map(leaf => {
    const awaited = new Set([...leaf.transitions, ...around].map(({ event }) => event));
    const name = ['', 'resting', 'waiting'].includes(stepName(leaf)) ? 'rests' : `rests in ${stepName(leaf)}`;
    return `${name} (${[...awaited].join(', ')})`;
  });
  const works = leaves
    .filter(leaf => !isResting(leaf) && !leaf.transitions.some(({ event, guard }) => event === '' && guard === null))
    .map(leaf => stepName(leaf) || leaf.invokes.join(', '));
  const parts = [...rests, ...(works.length > 0 ? [`works in ${works.join(', ')}`] : [])];
  return parts.join('; ');
}

/** Moves with the same guards to the same position are one line. */
function moveLines(moves: readonly Move[], nameOf: (id: string) => string): string[] {
  const lines = new Map<string, { events: string[]; guards: string; to: string }>();
  for (const { event, guards, to } of moves) {
    const text = guards.length === 0 ? '' : ` [${guards.join(', ')}]`;
    const key = `${text} ${to}`;
    const line = lines.get(key) ?? { events: [], guards: text, to: nameOf(to) };
    lines.set(key, line);
    line.events.push(eventWords(event));
  }
  return [...lines.values()].map(({ events, guards, to }) => `${events.join(', ')}${guards} → ${to}`);
}

function eventWords(event: string): string {
  if (event === '') return 'at once';
  const [, outcome, actor] = /^xstate\.(done|error)\.actor\.(.+)$/.exec(event) ?? [];
  if (outcome === undefined) return event;
  return `${actor} ${outcome === 'done' ? 'done' : 'failed'}`;
}

/** The text in lines that fit into the comment. */
function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\S) /)) {
    const next = line === '' ? word : `${line} ${word}`;
    if (next.length > width - 3) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = next;
  }
  return [...lines, line];
}
