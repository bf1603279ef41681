/** A statechart as SVG: active states are marked by class, so that updates need no redraw. */
import type { ChartLayout, DrawnEdge, DrawnState, Point } from '../state/events.ts';
import { escapeHtml } from './escape-html.ts';
import { eventLabel } from './format.ts';

const lineHeight = 17;

export function chartSvg(picture: ChartLayout, active: ReadonlySet<string>, style = ''): string {
  const { width, height, states, edges } = picture;
  const size = `width="${Math.ceil(width)}" height="${Math.ceil(height)}" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart" ${size} role="img" aria-label="${escapeHtml(`Statechart ${picture.id}`)}">`,
    style === '' ? '' : `<style>${style}</style>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0.8 L7.5 4 L0 7.2 z" class="tip"/></marker></defs>',
    ...states.map(state => stateSvg(state, picture, active)),
    ...edges.map(line => lineSvg(line, active)),
    ...states.filter(({ id }) => isInitial(id, picture)).map(startSvg),
    '</svg>',
  ].join('');
}

const isInitial = (id: string, { states }: ChartLayout) => states.some(({ initial }) => initial.includes(id));

function stateSvg(state: DrawnState, { states }: ChartLayout, active: ReadonlySet<string>): string {
  const { id, key, type, x, y, width, height } = state;
  const isOuter = states.some(({ parent }) => parent === id);
  const classes = ['state', type, isOuter ? 'outer' : 'leaf', active.has(id) ? 'active' : ''].join(' ').trim();
  const rest = isOuter || height > 24 + lineHeight ? stateDetails(state) : [];
  const words = rest
    .map(
      (text, index) =>
        `<text class="inside" x="${x + 14}" y="${y + 38 + index * lineHeight}">${escapeHtml(text)}</text>`,
    )
    .join('');
  const frame = `x="${x}" y="${y}" width="${width}" height="${height}" rx="${isOuter ? 10 : 8}"`;
  const second =
    type === 'final'
      ? `<rect class="second" x="${x + 3}" y="${y + 3}" width="${width - 6}" height="${height - 6}" rx="6"/>`
      : '';
  const rule = isOuter ? `<path class="rule" d="M${x} ${y + 30 + rest.length * lineHeight} h${width}"/>` : '';
  const tip = `<title>${escapeHtml([id, ...state.tags.map(tag => `#${tag}`)].join(' '))}</title>`;
  const title = `<text class="name" x="${x + 14}" y="${y + 20}">${escapeHtml(key)}</text>`;
  return `<g class="${classes}" data-state="${escapeHtml(id)}">${tip}<rect ${frame}/>${second}${rule}${title}${words}</g>`;
}

/** The lines below a state's name: what runs in the state, then `notes`. XState's own implicit actions are omitted. */
export function stateDetails({
  notes = [],
  invokes,
  entry,
  exit,
}: Pick<DrawnState, 'invokes' | 'entry' | 'exit'> & { notes?: readonly string[] }): string[] {
  const own = (name: string) => !name.startsWith('xstate.');
  const named = [...new Set(invokes)].map(name => `⚙ ${name}`);
  const actions = [...entry.filter(own).map(name => `→ ${name}`), ...exit.filter(own).map(name => `← ${name}`)];
  return [...named, ...actions, ...notes];
}

function startSvg({ x, y }: DrawnState): string {
  return `<path class="start" d="M${x - 9} ${y + 15} h7"/><circle class="start" cx="${x - 9}" cy="${y + 15}" r="3"/>`;
}

function lineSvg({ from, to, path, labels, label }: DrawnEdge, active: ReadonlySet<string>): string {
  if (path.length < 2) return '';
  const text =
    label === null
      ? ''
      : labels
          .map(
            (word, index) =>
              `<text class="word" x="${label.x + 2}" y="${label.y + 11 + index * 15}">${escapeHtml(word)}</text>`,
          )
          .join('');
  const classes = ['line', active.has(from) ? 'open' : ''].join(' ').trim();
  const tip = escapeHtml(`${labels.join(', ')}: ${from} → ${to}`);
  return `<g class="${classes}" data-from="${escapeHtml(from)}" data-to="${escapeHtml(to)}"><title>${tip}</title><path d="${roundedPath(path)}" marker-end="url(#tip)"/>${text}</g>`;
}

/** A polyline with rounded corners. */
function roundedPath(way: readonly Point[], radius = 6): string {
  const [first, ...rest] = way;
  if (first === undefined) return '';
  let path = `M${first.x} ${first.y}`;
  for (const [index, point] of rest.entries()) {
    const before = way[index];
    const after = way[index + 2];
    if (before === undefined || after === undefined) {
      path += ` L${point.x} ${point.y}`;
      continue;
    }
    const into = pointTowards(point, before, radius);
    const out = pointTowards(point, after, radius);
    path += ` L${into.x} ${into.y} Q${point.x} ${point.y} ${out.x} ${out.y}`;
  }
  return path;
}

/** The point towards another that is at most `radius` away. */
function pointTowards(from: Point, to: Point, radius: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const share = length === 0 ? 0 : Math.min(radius, length / 2) / length;
  return { x: round(from.x + share * (to.x - from.x)), y: round(from.y + share * (to.y - from.y)) };
}

const round = (value: number) => Math.round(value * 10) / 10;

/** The transitions of the active states, one per line; for a chart without room for labels. */
export function transitionTexts(picture: ChartLayout, active: ReadonlySet<string>): string[] {
  const open = picture.transitions.filter(({ from }) => active.has(from));
  return open.map(({ event, guard, targets }) => {
    const to = targets.length === 0 ? 'stays' : targets.map(id => id.split('.').at(-1)).join(', ');
    return `${eventLabel(event)}${guard === null ? '' : ` [${guard}]`} → ${to}`;
  });
}
